import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { registrar } from './terminal.ts'

describe('realms and their users', { timeout: 60_000 }, () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  }, 120_000)
  afterAll(() => server?.stop())

  const admin = (args: readonly string[], input: object = {}) =>
    registrar([...args, '--server', server.adminUrl], {
      env: { REGISTRAR_ADMIN_TOKEN: server.adminToken },
      input: JSON.stringify(input),
    })

  it('are refused with what is wrong, made, listed, changed and removed', async () => {
    const bad = await admin(['realms', 'create', 'acme', '-'], { grants: ['magic'] })
    expect(bad).toMatchObject({ exitCode: 1, err: expect.stringContaining('/grants/0') })
    expect(await admin(['realms', 'create', 'acme', '-o', 'name'])).toMatchObject({ exitCode: 0, out: 'acme\n' })
    expect((await admin(['realms', 'list'])).out).toMatch(/\nacme +http:\/\/localhost:\d+\/realms\/acme +off +1\n/)
    expect(await admin(['realms', 'update', 'acme', '-', '--revision', '7'], {})).toMatchObject({ exitCode: 5 })
    expect(await admin(['realms', 'update', 'acme', '-'], { scopes: ['read'] })).toMatchObject({ exitCode: 0 })
    expect(JSON.parse((await admin(['realms', 'get', 'acme', '-o', 'json'])).out)).toMatchObject({
      definition: { scopes: ['read'] },
    })

    const realm = ['--realm', 'acme']
    const made = await admin(['users', 'create', '-', '-o', 'name', ...realm], { username: 'ada', password: 'correct-horse' })
    const id = made.out.trim()
    expect((await admin(['users', 'list', ...realm, '--username', 'a'])).out).toMatch(
      new RegExp(`\n${id} +ada +true +true +false\n`),
    )
    expect(await admin(['users', 'update', id, '-', ...realm], { username: 'ada', active: false })).toMatchObject({ exitCode: 0 })
    expect((await admin(['users', 'list', '--inactive', '-o', 'name', ...realm])).out).toBe(`${id}\n`)
    expect((await admin(['users', 'get', id, ...realm])).out).toContain('ada')
    expect(await admin(['users', 'delete', id, ...realm])).toMatchObject({ exitCode: 0 })
    expect(await admin(['realms', 'delete', 'acme'])).toMatchObject({ exitCode: 0 })
    expect(await admin(['realms', 'delete', 'acme'])).toMatchObject({ exitCode: 3 })
    expect(await admin(['realms', 'delete', 'default'])).toMatchObject({ exitCode: 5 })
  })
})
