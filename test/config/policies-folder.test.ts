import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ConfigurationError, checkConfiguration, loadConfiguration } from '../../src/config/index.ts'
import { writeConfiguration } from './write-configuration.ts'

const text = `mode: development
policies:
  folder: my-policies
  timeLimit: 200ms
realms:
  default:
    policies:
      - { id: mine, policy: short-names, options: { max: 5 } }
`

const shortNames = `
  import { definePolicy, refuse, Type } from 'oauth-registrar'
  export default definePolicy({
    name: 'short-names', summary: 'A name is short.', cites: [], concerns: 'metadata',
    options: Type.Object({ max: Type.Integer({ minimum: 1, default: 20 }) }, { additionalProperties: false }),
    judge: ({ metadata }, { max }) =>
      (metadata.client_name ?? '').length > max ? [refuse('invalid_client_metadata', 'client_name', 'give at most ' + max)] : [],
    examples: { options: { max: 3 }, allows: [{ client_name: 'abc' }], refuses: [{ client_name: 'abcd' }] },
  })`

async function written(files: Readonly<Record<string, string>>, yaml = text) {
  const configuration = await writeConfiguration(yaml)
  await mkdir(join(configuration.folder, 'my-policies'))
  for (const [file, content] of Object.entries(files)) await writeFile(join(configuration.folder, 'my-policies', file), content)
  return configuration
}

async function problemsOf(files: Readonly<Record<string, string>>, yaml?: string): Promise<readonly string[]> {
  const { file, data } = await written(files, yaml)
  const error = await checkConfiguration(file, { data }, {}).catch((reason: unknown) => reason)
  if (!(error instanceof ConfigurationError)) throw new Error('the configuration was accepted', { cause: error })
  return error.problems.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

describe('what a policy of an operator imports', () => {
  it('is all there in the package as well, and is the same', async () => {
    const words = await import('../../src/registration/policy-authority/policy-kit.ts')
    expect(await import('../../src/index.ts')).toMatchObject({ ...words })
  })
})

describe('a configuration with a folder of policies', () => {
  it('tells what is wrong with each file, and not that instances of it are unknown', async () => {
    expect(await problemsOf({ 'short-names.ts': 'export default 1', 'other.mjs': 'export default {' })).toEqual([
      expect.stringMatching(/^policies\.folder: other\.mjs: cannot be loaded: SyntaxError: .*other\.mjs:1:17: /),
      'policies.folder: short-names.ts: has no policy as its default export; write export default definePolicy({…})',
    ])
  })

  it('tells that the folder cannot be read', async () => {
    const problems = await problemsOf({}, text.replace('my-policies', 'nowhere'))
    expect(problems[0]).toMatch(/^policies\.folder: .*nowhere: cannot be read \(ENOENT\)/)
  })

  it('tells that an instance has options that do not fit', async () => {
    expect(await problemsOf({ 'short-names.ts': shortNames }, text.replace('max: 5', 'max: 0'))).toEqual([
      expect.stringContaining('realms.default.policies.0.options.max: '),
    ])
  })

  it('refuses a time limit that nobody would wait for', async () => {
    expect(await problemsOf({ 'short-names.ts': shortNames }, text.replace('200ms', '5m'))).toEqual([
      'policies.timeLimit: "5m" is not accepted; give a duration from 10ms to 30s',
    ])
  })

  it('holds the files as they were when it was read', async () => {
    const { file, data } = await written({ 'short-names.ts': shortNames })
    const { policies } = await loadConfiguration(file, { data }, {})
    expect(policies?.limits).toEqual({ timeLimitMilliseconds: 200, memoryMegabytes: 64 })
    expect(policies?.code.entries.map((entry) => entry.file)).toEqual(['short-names.ts'])
    expect([...(policies?.code.sources.values() ?? [])]).toEqual([shortNames])
  })
})
