import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { createAdminListener } from '../../src/admin/index.ts'
import { aClient, adminToken, adminWorld } from '../admin/admin-world.ts'
import { registrar, temporaryFolder } from './terminal.ts'

/** A real admin listener, whose store is in memory. */
async function server() {
  const world = adminWorld()
  const app = createAdminListener(world.ports, { bodyBytesMax: 65_536, metricsWithoutToken: false })
  onTestFinished(() => app.close())
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const admin = (...args: string[]) => registrar([...args, '--server', url], { env: { REGISTRAR_ADMIN_TOKEN: adminToken } })
  return { ...world, url, admin }
}

describe('what goes wrong', () => {
  it('exits with 3 when there is no such thing', async () => {
    const { admin } = await server()
    for (const args of [
      ['clients', 'get', 'x'],
      ['clients', 'delete', 'x'],
      ['tokens', 'initial', 'revoke', 'x'],
      ['clients', 'list', '--realm', 'x'],
    ]) {
      expect(await admin(...args)).toMatchObject({
        exitCode: 3,
        out: '',
        err: expect.stringMatching(/^error: there is no .*\nLook it up/),
      })
    }
  })

  it('exits with 4 when nobody says who is asking, or somebody else does', async () => {
    const { url } = await server()
    const folder = await temporaryFolder()
    const list = ['clients', 'list', '--server', url, '--data', folder]
    expect(await registrar(list)).toEqual({
      exitCode: 4,
      out: '',
      err: 'error: there is no administrator token\nSet REGISTRAR_ADMIN_TOKEN, or name the data folder of a server on this machine with --data FOLDER.\n',
    })
    expect(await registrar([...list, '--token', 'wrong'])).toMatchObject({
      exitCode: 4,
      err: expect.stringContaining('not the administrator token'),
    })
  })

  it('exits with 1 when nobody answers, and says what to start', async () => {
    const { exitCode, err } = await registrar(['keys', 'list', '--server', 'http://127.0.0.1:1', '--token', 't'])
    expect([exitCode, err]).toEqual([
      1,
      expect.stringMatching(/^error: cannot reach http:\/\/127\.0\.0\.1:1.*\(.+\)\nStart a server with `registrar serve`/),
    ])
  })

  it('exits with 1 when the answer takes too long', async () => {
    const late: typeof fetch = async (_url, init) =>
      new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error)))
    const { exitCode, err } = await registrar(['keys', 'list', '--token', 't', '--timeout', '5ms'], { fetch: late })
    expect([exitCode, err]).toEqual([1, expect.stringContaining('did not answer in time')])
  })

  it('exits with 2 when the server is no URL, and tells a listener that is not the admin one', async () => {
    const { err, exitCode } = await registrar(['keys', 'list', '--server', 'nonsense', '--token', 't'])
    expect([exitCode, err]).toEqual([
      2,
      expect.stringMatching(/^error: nonsense is not a URL\nGive the URL of the admin listener/),
    ])
    const publicListener: typeof fetch = async () => Response.json({ error: 'not_found' }, { status: 404 })
    const elsewhere = await registrar(['keys', 'list', '--token', 't'], { fetch: publicListener })
    expect([elsewhere.exitCode, elsewhere.err]).toEqual([1, expect.stringContaining('Name the admin listener with --server URL')])
  })

  it('names every member that the server did not accept', async () => {
    const { admin } = await server()
    const { exitCode, err } = await admin('keys', 'rotate', '--alg', 'HS256')
    expect([exitCode, err]).toEqual([1, expect.stringContaining('  /alg: must be one of ')])
  })
})

describe('clients', () => {
  it('are listed as a table, over as many pages as it takes', async () => {
    const { admin, clients } = await server()
    for (let number = 0; number < 450; number += 1) clients.set(`c${1000 + number}`, aClient(`c${1000 + number}`))
    const { exitCode, out } = await admin('clients', 'list', '--limit', '401')
    const lines = out.trimEnd().split('\n')
    expect([exitCode, lines.length]).toEqual([0, 402])
    expect(lines[0]).toMatch(/^CLIENT_ID {2}NAME +STATE +CHANNEL +METHOD +REGISTERED +LAST USED$/)
    expect(lines[1]).toMatch(/^c1000 {6}Client c1000 +active +open +2027-01-15T07:58:20Z$/)
  })

  it('are printed in every format', async () => {
    const { admin, clients } = await server()
    for (const id of ['a', 'b']) clients.set(id, aClient(id))
    const formatted = async (format: string) => (await admin('clients', 'list', '-o', format)).out
    expect(JSON.parse(await formatted('json'))).toHaveLength(2)
    expect(parse(await formatted('yaml'))).toHaveLength(2)
    expect(
      (await formatted('ndjson'))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).client_id),
    ).toEqual(['a', 'b'])
    expect(await formatted('name')).toBe('a\nb\n')
    expect((await admin('clients', 'list', '-q')).out).toBe('')
    expect((await admin('clients', 'list', '--name', 'client B', '-o', 'name')).out).toBe('b\n')
  })

  it('cannot command the terminal by their name', async () => {
    const { admin, clients } = await server()
    clients.set('a', aClient('a', { metadata: { client_name: '\u001b[2Jcleared\u202e\n' } }))
    const { out } = await admin('clients', 'list')
    expect(out).toContain(' [2Jcleared')
    expect(out).not.toMatch(/\p{Cf}|\p{Cc}(?<!\n)/u)
  })

  it('are shown and deleted', async () => {
    const { admin, clients } = await server()
    clients.set('a/b', aClient('a/b'))
    expect(JSON.parse((await admin('clients', 'get', 'a/b', '-o', 'json')).out)).toMatchObject({
      client_id: 'a/b',
      state: 'active',
    })
    expect((await admin('clients', 'delete', 'a/b')).exitCode).toBe(0)
    expect(clients.size).toBe(0)
  })
})

describe('initial access tokens', () => {
  it('are created, listed and revoked', async () => {
    const { admin, tokens } = await server()
    expect(
      (await admin('tokens', 'initial', 'create', '--uses', '1', '--expires-in', '1d', '--label', 'CI', '-o', 'name')).out,
    ).toBe('THE-VALUE\n')
    expect(tokens.get('token-0001')).toMatchObject({ label: 'CI', usesMax: 1, expiresAt: 1_800_086_400 })
    expect((await admin('tokens', 'initial', 'list')).out).toMatch(
      /token-0001 +CI +active +0\/1 +2027-01-15T08:00:00Z +2027-01-16T08:00:00Z\n$/,
    )
    expect((await admin('tokens', 'initial', 'revoke', 'token-0001')).exitCode).toBe(0)
    expect(tokens.get('token-0001')?.revokedAt).toBeDefined()
  })

  it('take locked metadata from a file', async () => {
    const { admin, tokens } = await server()
    const file = join(await temporaryFolder(), 'locked.json')
    await writeFile(file, '{"scope":"openid"}')
    expect((await admin('tokens', 'initial', 'create', '--locked', file)).exitCode).toBe(0)
    expect(tokens.get('token-0001')?.locked).toEqual({ scope: 'openid' })
  })
})

describe('signing keys', () => {
  it('are listed and rotated, with the token of a server on this machine', async () => {
    const { url } = await server()
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'secrets'))
    await writeFile(join(folder, 'secrets', 'admin-token'), `${adminToken}\n`)
    const here = (...args: string[]) => registrar([...args, '--server', url, '--data', folder, '-o', 'name'])
    expect(await here('keys', 'list')).toMatchObject({ exitCode: 0, out: 'k1\n' })
    expect(await here('keys', 'rotate', '--alg', 'ES256')).toMatchObject({ exitCode: 0, out: 'k2\n' })
  })
})

describe('nodes', () => {
  it('are listed with what they run, of every realm or of one', async () => {
    const { admin } = await server()
    const { exitCode, out } = await admin('nodes', 'list')
    const [head, line] = out.split('\n')
    expect([exitCode, head]).toEqual([0, expect.stringMatching(/^ADDRESS +STATE +VERSION +STARTED +SEEN +REVISIONS +BEHIND$/)])
    expect(line).toMatch(/^here:4400 +behind +1\.2\.3 +\S+Z +\S+Z +default=6 +default$/)
    expect((await admin('nodes', 'list', '--realm', 'default', '-o', 'name')).out).toBe('here:4400\n')
    expect((await admin('nodes', 'list', '--realm', 'nowhere')).exitCode).toBe(3)
  })
})
