import { readdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { registrar, temporaryFolder } from './terminal.ts'

const examples = readdirSync('examples/policies').filter((file) => /\.m?[jt]s$/.test(file))

async function write(file: string, text: string): Promise<string> {
  const path = join(await temporaryFolder(), file)
  await writeFile(path, text)
  return path
}

function policy(parts: { readonly judge?: string; readonly examples?: string; readonly name?: string }): string {
  return `
    import { definePolicy, hold, refuse, Type } from 'oauth-registrar'
    export default definePolicy({
      ${parts.name ?? "name: 'mine',"} summary: 'A test.', cites: [], concerns: 'metadata',
      options: Type.Object({ word: Type.String() }, { additionalProperties: false }),
      judge: ${parts.judge ?? '() => []'},
      examples: ${parts.examples ?? "{ options: { word: 'a' }, allows: [{}], refuses: [] }"},
    })`
}

describe('registrar policy test', () => {
  it.each<[string, string, string, string]>([
    ['a file that is not there', '', '', 'cannot be read (ENOENT); give a file that the server can read'],
    ['a file of another kind', 'mine.txt', '', 'give a file whose name ends with .ts, .mts, .js or .mjs'],
    ['a syntax error', 'mine.ts', 'const a: string = 1\nexport default {{', 'mine.ts:2:17: '],
    ['a missing name', 'mine.mjs', policy({ name: ' ' }), 'name is missing; give the name of the file'],
    [
      'the name of a policy of ours',
      'redirect-hosts.mjs',
      policy({ name: "name: 'redirect-hosts'," }),
      'that comes with the server',
    ],
    [
      'options of the examples that do not fit',
      'mine.mjs',
      policy({ examples: '{ options: { word: 1 }, allows: [{}], refuses: [] }' }),
      'the options of its examples do not fit: word must be string',
    ],
  ])('exits with 1 and says what is wrong: %s', async (_, file, text, problem) => {
    const path = file === '' ? '/nowhere/mine.ts' : await write(file, text)
    const { exitCode, out, err } = await registrar(['policy', 'test', path])
    expect([exitCode, out]).toEqual([1, ''])
    expect(err).toContain(`error: ${path} is no policy that the server could use\n`)
    expect(err).toContain(problem)
  })

  it('exits with 1 when an example fails, and shows how', async () => {
    const judge = `({ metadata }) => metadata.client_name === 'x' ? [refuse('access_denied', undefined, 'no x')] : []`
    const shown = `{ options: { word: 'a' }, allows: [{ client_name: 'y' }, { client_name: 'x' }], refuses: [{}] }`
    const { exitCode, out, err } = await registrar([
      'policy',
      'test',
      await write('mine.mjs', policy({ judge, examples: shown })),
    ])
    expect(out).toBe(`mine: A test.
  ok    allows {"client_name":"y"}
  FAIL  allows {"client_name":"x"}
        is refused: no x
  FAIL  refuses {}
        is not refused; the verdicts are []
1 passed, 2 failed
`)
    expect([exitCode, err]).toEqual([1, 'error: 2 of 3 examples fail\n'])
  })

  it('does not take a failure for the refusal that it would be on the server', async () => {
    const file = await write(
      'mine.mjs',
      policy({ judge: '() => { while (true); }', examples: `{ options: { word: 'a' }, allows: [], refuses: [{}] }` }),
    )
    const { exitCode, out } = await registrar(['policy', 'test', file, '--time-limit', '100ms'])
    expect(out).toContain('fails: mine.mjs judged for more than 100 ms')
    expect(exitCode).toBe(1)
  })

  it('prints JSON for programs', async () => {
    const file = await write(
      'mine.mjs',
      policy({ judge: `() => [hold('wait')]`, examples: `{ options: { word: 'a' }, allows: [{}], refuses: [{}] }` }),
    )
    const { exitCode, out } = await registrar(['policy', 'test', file, '--json'])
    expect(JSON.parse(out)).toEqual({
      ...{ file, policy: 'mine' },
      examples: [
        { title: 'allows {}', ok: true },
        { title: 'refuses {}', ok: false, problem: 'is not refused; the verdicts are ["hold"]' },
      ],
    })
    expect(exitCode).toBe(1)
  })

  it('hands on what the policy prints', async () => {
    const { exitCode, err } = await registrar([
      'policy',
      'test',
      await write('mine.mjs', policy({ judge: `() => { console.log('here'); return [] }` })),
    ])
    expect([exitCode, err]).toEqual([0, 'here\n'])
  })

  it.each(examples)('passes for the example %s', async (file) => {
    const { exitCode, out, err } = await registrar(['policy', 'test', join('examples/policies', file)])
    expect([exitCode, err]).toEqual([0, ''])
    expect(out).toMatch(/\n[1-9]\d* passed, 0 failed\n$/)
  })
})

describe('registrar policy new', () => {
  it('refuses a name that no policy can have', async () => {
    const { exitCode, err } = await registrar(['policy', 'new', 'My Policy'])
    expect([exitCode, err]).toEqual([2, expect.stringContaining('Give small letters, digits and hyphens')])
  })

  it('replaces nothing', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'mine.ts'), 'mine')
    const { exitCode, err } = await registrar(['policy', 'new', 'mine', '--folder', folder])
    expect([exitCode, err]).toEqual([5, expect.stringContaining('is there already')])
    expect(await readFile(join(folder, 'mine.ts'), 'utf8')).toBe('mine')
  })

  it('writes a policy that passes its own examples', async () => {
    const folder = join(await temporaryFolder(), 'policies')
    const made = await registrar(['policy', 'new', 'mine', '--folder', folder])
    expect(made).toMatchObject({ exitCode: 0, out: `${join(folder, 'mine.ts')}\n` })
    const { exitCode, out } = await registrar(['policy', 'test', join(folder, 'mine.ts')])
    expect([exitCode, out]).toEqual([0, expect.stringContaining('4 passed, 0 failed')])
  })
})
