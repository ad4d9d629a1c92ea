import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkConfiguration, loadConfiguration } from '../../src/config/index.ts'
import { writeConfiguration } from './write-configuration.ts'

const development = `mode: development
realms:
  default:
    users: [{ username: ada, password: { generated: ada-password } }]
`

describe('secrets', () => {
  it('are made once, for their owner alone, and found again at the next start', async () => {
    const { file, data } = await writeConfiguration(development)
    const first = await loadConfiguration(file, { data }, {})
    const second = await loadConfiguration(file, { data }, {})
    expect(second).toEqual(first)
    expect((await stat(join(data, 'secrets', 'root-secret'))).mode & 0o777).toBe(0o600)
    expect((await stat(join(data, 'secrets'))).mode & 0o777).toBe(0o700)
    expect(await readFile(join(data, 'secrets', 'admin-token'), 'utf8')).toBe(`${first.adminToken}\n`)
    expect(first.adminTokenPlace).toBe(join(data, 'secrets', 'admin-token'))
    expect(first.realms[0]?.users[0]).toMatchObject({ username: 'ada', isPasswordGenerated: true })
  })

  it('are the same for servers that start at the same time on one data folder', async () => {
    const { file, data } = await writeConfiguration(development)
    const starts = await Promise.all(Array.from({ length: 8 }, () => loadConfiguration(file, { data }, {})))
    expect(new Set(starts.map(({ rootSecrets }) => rootSecrets[0])).size).toBe(1)
    expect(new Set(starts.map(({ adminToken }) => adminToken)).size).toBe(1)
  })

  it('are not made when a configuration is only checked', async () => {
    const { file, data } = await writeConfiguration(development)
    await checkConfiguration(file, { data }, {})
    await expect(stat(data)).rejects.toThrow('ENOENT')
  })

  it('come from files beside the configuration, without the line end that editors leave', async () => {
    const { file, folder, data } = await writeConfiguration(
      'mode: development\nsecret: { file: keys/root }\npreviousSecrets: [{ file: keys/old }]',
    )
    await mkdir(join(folder, 'keys'))
    await writeFile(join(folder, 'keys', 'root'), `${'n'.repeat(32)}\n`)
    await writeFile(join(folder, 'keys', 'old'), 'o'.repeat(32))
    const { rootSecrets } = await loadConfiguration(file, { data }, {})
    expect(rootSecrets).toEqual(['n'.repeat(32), 'o'.repeat(32)])
  })

  it('of the server: the environment wins over the file', async () => {
    const { file, data } = await writeConfiguration(`mode: development\nsecret: { value: ${'f'.repeat(32)} }`)
    expect((await loadConfiguration(file, { data }, { REGISTRAR_SECRET: 'e'.repeat(32) })).rootSecrets).toEqual(['e'.repeat(32)])
  })

  it('of the administrator: the environment wins over the file', async () => {
    const { file, data } = await writeConfiguration('mode: development\nadminToken: { value: of-the-file }')
    const { adminToken, adminTokenPlace } = await loadConfiguration(
      file,
      { data },
      { REGISTRAR_ADMIN_TOKEN: 'of-the-environment' },
    )
    expect([adminToken, adminTokenPlace]).toEqual(['of-the-environment', '$REGISTRAR_ADMIN_TOKEN'])
  })
})

describe('ports and folders', () => {
  it('are taken from the command line before the environment before the file before the default', async () => {
    const { file, data } = await writeConfiguration('mode: development\nlisten: { public: { port: 1003 } }')
    const env = { REGISTRAR_PORT: '1002', REGISTRAR_ADMIN_PORT: '2002' }
    const portsOf = async (overrides: object, environment: Readonly<Record<string, string>>) => {
      const { listen, publicUrl } = await loadConfiguration(file, { data, ...overrides }, environment)
      return [listen.public.port, listen.admin.port, publicUrl]
    }
    expect(await portsOf({ port: 1001, adminPort: 2001 }, env)).toEqual([1001, 2001, 'http://localhost:1001'])
    expect(await portsOf({}, env)).toEqual([1002, 2002, 'http://localhost:1002'])
    expect(await portsOf({}, {})).toEqual([1003, 4401, 'http://localhost:1003'])
  })

  it('resolve a data folder of the file beside the file', async () => {
    const { file, folder } = await writeConfiguration('mode: development\ndata: ./here')
    expect((await checkConfiguration(file, {}, {})).dataFolder).toBe(join(folder, 'here'))
    expect((await checkConfiguration(file, {}, { REGISTRAR_DATA: '/elsewhere' })).dataFolder).toBe('/elsewhere')
  })

  it('give another realm its issuer below the public URL', async () => {
    const { file, data } = await writeConfiguration(
      'mode: development\npublicUrl: http://auth.test/\nrealms: { default: {}, bank: {} }',
    )
    const { realms } = await checkConfiguration(file, { data }, {})
    expect(realms.map(({ base }) => base.issuer)).toEqual(['http://auth.test', 'http://auth.test/realms/bank'])
  })
})
