import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadBuiltInPolicies } from '../../src/config/policies/load-built-in-policies.ts'

const domain = resolve('src/registration/policy-authority/define-policy.ts')

describe('the folder of policies', () => {
  let folder: string
  beforeEach(async () => {
    // Inside the repository: a policy finds its packages from where it stands.
    folder = await mkdtemp(resolve('test/config/.policies-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it.each([
    ['without a default export', `export const policy = 1`, 'has no policy as its default export'],
    ['called otherwise inside', policy({ name: 'other-name' }), 'is called other-name inside; call it no-plain-http'],
    [
      'with options that are open',
      policy({ options: 'Type.Object({ a: Type.Optional(Type.String()) })' }),
      'options is not closed',
    ],
    [
      'with options that are open somewhere inside',
      policy({
        options:
          'Type.Object({ a: Type.Optional(Type.Array(Type.Object({ b: Type.String() }))) }, { additionalProperties: false })',
      }),
      'options.a.items is not closed',
    ],
    ['without examples', policy({ examples: 'undefined' }), 'examples is missing'],
    [
      'with examples that show nothing',
      policy({ examples: '{ options: {}, allows: [], refuses: [] }' }),
      'examples shows nothing',
    ],
    [
      'with example options that do not fit',
      policy({ examples: '{ options: { x: 1 }, allows: [{}], refuses: [] }' }),
      'x is no option of this policy',
    ],
    ['with a member that there is not', policy({ more: "severity: 'high'," }), 'severity is no member of a policy'],
    ['for an operation that there is not', policy({ more: "operations: ['patch']," }), 'operations is not accepted'],
  ])('is refused whole for a file %s', async (_, text, problem) => {
    await writeFile(join(folder, 'no-plain-http.ts'), text)
    await expect(loadBuiltInPolicies(folder, '.ts')).rejects.toThrow(problem)
  })

  it('tells the problems of all files at once', async () => {
    await writeFile(join(folder, 'a.ts'), 'export default 1')
    await writeFile(join(folder, 'b.ts'), 'export default 2')
    await expect(loadBuiltInPolicies(folder, '.ts')).rejects.toThrow(/a\.ts: has no policy.*\n.*b\.ts: has no policy/)
  })

  it('has one more policy when one new file is dropped into it, and nothing else is edited', async () => {
    expect(await loadBuiltInPolicies(folder, '.ts')).toEqual([])
    await writeFile(join(folder, 'no-plain-http.ts'), policy({}))
    await writeFile(join(folder, 'no-plain-http.d.ts'), 'export {}')
    const [type, ...others] = await loadBuiltInPolicies(folder, '.ts')
    expect(others).toEqual([])
    expect(type).toMatchObject({ name: 'no-plain-http', concerns: 'metadata' })
  })
})

describe('the policies that come with the server', () => {
  it('load, each under the name of its file', async () => {
    const names = (await loadBuiltInPolicies()).map(({ name }) => name)
    expect(names).toEqual([...new Set(names)])
  })
})

interface Parts {
  readonly name?: string
  readonly options?: string
  readonly examples?: string
  readonly more?: string
}

function policy({ name = 'no-plain-http', options, examples, more = '' }: Parts): string {
  return `
    import { Type } from 'typebox'
    import { definePolicy, refuse } from ${JSON.stringify(domain)}
    export default definePolicy({
      name: '${name}',
      summary: 'Every redirect URI has the scheme https.',
      cites: ['RFC 7591 §5'],
      options: ${options ?? 'Type.Object({}, { additionalProperties: false })'},
      concerns: 'metadata',
      ${more}
      judge: ({ metadata }) =>
        (metadata.redirect_uris ?? [])
          .filter((uri) => !uri.startsWith('https:'))
          .map((uri) => refuse('invalid_redirect_uri', 'redirect_uris', uri + ' is not https')),
      examples: ${examples ?? "{ options: {}, allows: [{ redirect_uris: ['https://a.example/cb'] }], refuses: [{ redirect_uris: ['http://a.example/cb'] }] }"},
    })`
}
