import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { foreignServer } from './foreign-server.ts'
import { registrar, temporaryFolder } from './terminal.ts'

describe('register', () => {
  it('creates, reads, updates and deletes, and follows a server that renews the token on every call (RFC 7592 §3)', async () => {
    const { issuer, state } = await foreignServer()
    const credentials = join(await temporaryFolder(), 'client.json')
    const kept = async () => JSON.parse(await readFile(credentials, 'utf8'))

    const flags = ['--name', 'Mine', '--redirect-uri', 'http://localhost/a', '--redirect-uri', 'http://localhost/b']
    const created = await registrar([
      'register',
      'create',
      '--issuer',
      issuer,
      '--credentials',
      credentials,
      ...flags,
      '-o',
      'name',
    ])
    expect(created).toMatchObject({ exitCode: 0, out: 'c1\n', err: `credentials: ${credentials}\n` })
    expect((await stat(credentials)).mode & 0o777).toBe(0o600)
    expect(await kept()).toEqual({
      client_id: 'c1',
      client_secret: 's1',
      client_secret_expires_at: 0,
      registration_client_uri: `${issuer}/clients/c1`,
      registration_access_token: 'rat-1',
    })

    const read = await registrar(['register', 'read', '--credentials', credentials, '-o', 'json'])
    expect(JSON.parse(read.out)).toMatchObject({
      client_name: 'Mine',
      redirect_uris: ['http://localhost/a', 'http://localhost/b'],
    })
    expect((await kept()).registration_access_token).toBe('rat-2')

    expect((await registrar(['register', 'update', '--credentials', credentials, '--name', 'Better'])).exitCode).toBe(0)
    expect(state.bodies).toEqual([
      { client_name: 'Better', redirect_uris: ['http://localhost/a', 'http://localhost/b'], client_id: 'c1' },
    ])
    expect((await kept()).registration_access_token).toBe('rat-4')

    expect((await registrar(['register', 'delete', '--credentials', credentials])).exitCode).toBe(0)
    await expect(stat(credentials)).rejects.toThrow('ENOENT')
  })

  it('takes metadata from stdin, which flags add to, and an initial access token', async () => {
    const { issuer, state } = await foreignServer({ initialAccessToken: 'iat' })
    const input = '{"redirect_uris":["http://localhost/a"],"client_name":"From stdin"}'
    const args = ['register', 'create', '--issuer', issuer, '--metadata', '-', '--name', 'From a flag']
    expect(await registrar(args, { input })).toMatchObject({ exitCode: 4, err: expect.stringContaining('--iat TOKEN') })
    expect((await registrar([...args, '--iat', 'iat'], { input })).exitCode).toBe(0)
    expect(state.client).toMatchObject({ client_name: 'From a flag', redirect_uris: ['http://localhost/a'] })
  })

  it("tells a refusal in the server's own words", async () => {
    const { issuer } = await foreignServer()
    const { exitCode, err } = await registrar(['register', 'create', '--issuer', issuer, '--name', 'x'])
    expect([exitCode, err]).toEqual([1, 'error: invalid_redirect_uri: redirect_uris is missing\n'])
  })

  it('tells every reason of a server that has several', async () => {
    const violations = [{ reason: 'a must be b' }, { reason: 'c must be d' }]
    const refusing: typeof fetch = async () =>
      Response.json({ error: 'invalid_client_metadata', error_description: 'a must be b', violations }, { status: 400 })
    const args = ['register', 'update', '--uri', 'http://localhost/x', '--registration-token', 't', '--name', 'x', '--replace']
    const { err } = await registrar(args, { fetch: refusing })
    expect(err).toBe('error: invalid_client_metadata: a must be b\n  c must be d\n')
  })

  it('refuses to overwrite credentials, before anything is sent', async () => {
    const { issuer, state } = await foreignServer()
    const credentials = join(await temporaryFolder(), 'client.json')
    const create = () =>
      registrar(['register', 'create', '--issuer', issuer, '--credentials', credentials, '--redirect-uri', 'http://localhost/a'])
    expect((await create()).exitCode).toBe(0)
    expect((await create()).exitCode).toBe(5)
    expect(state.calls).toBe(1)
  })

  it('refuses metadata of an issuer that names itself otherwise (RFC 8414 §3.3)', async () => {
    const { issuer } = await foreignServer()
    const other = issuer.replace('127.0.0.1', 'localhost')
    const { exitCode, err } = await registrar(['register', 'create', '--issuer', other, '--name', 'x'])
    expect([exitCode, err]).toEqual([1, expect.stringContaining(`the server names itself ${issuer}, not ${other}`)])
  })

  it('exits with 3 where no server describes itself', async () => {
    const { issuer } = await foreignServer()
    expect((await registrar(['register', 'create', '--issuer', `${issuer}/elsewhere`])).exitCode).toBe(3)
  })
})
