import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkConfiguration } from '../../../src/config/index.ts'
import { decode, obtainTokens } from '../../support/flows.ts'
import { registered } from '../../support/registration-client.ts'
import { createBrowser } from '../../support/scripted-browser.ts'
import { hasSlapd, person, reader, type Slapd, startSlapd, suffix } from '../../support/slapd.ts'
import { startTestServer, type TestServer } from '../../support/test-server.ts'

const adaHere = { username: 'ada', password: 'ada-password' }

describe.skipIf(!hasSlapd)('a server with a directory (real slapd)', () => {
  let folder: string
  let slapd: Slapd
  let server: TestServer

  const fileWith = async (directory: string): Promise<string> => {
    const file = join(folder, `registrar-${Buffer.from(directory).length}.yaml`)
    const text = `mode: development
database: embedded
secret: { generated: root-secret }
adminToken: { generated: admin-token }
realms:
  default:
    registration: { enabled: true, initialAccessTokenRequired: false, defaultScopes: [openid, email, groups] }
    scopes: [openid, profile, email, groups]
    authMethods: [none, client_secret_basic]
    directories:
      - ${directory}
`
    await writeFile(file, text)
    return file
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'directory-'))
    slapd = await startSlapd([
      person('ada'),
      person('grace'),
      {
        dn: 'cn=pilots,ou=groups',
        attributes: { objectClass: 'groupOfNames', cn: 'pilots', member: [`uid=ada,ou=people,${suffix}`] },
      },
    ])
    await writeFile(join(folder, 'ca.pem'), slapd.ca)
    const groups = `groups: { baseDn: "ou=groups,${suffix}" }`
    const search = `baseDn: "ou=people,${suffix}", bindDn: "${reader.bindDn}", bindPassword: { value: ${reader.password} }`
    const file = await fileWith(`{ id: staff, url: "${slapd.url}", startTls: true, caFile: ca.pem, ${search}, ${groups} }`)
    server = await startTestServer({ file })
  })
  afterAll(async () => {
    await server?.stop()
    await slapd?.stop()
    await rm(folder, { recursive: true })
  })

  it('signs a person in whom only the directory knows, under one subject, with what the directory says', async () => {
    const client = await registered(server)
    const tokens = await obtainTokens(server, client, { scope: 'openid email groups' }, createBrowser(server, adaHere))
    const userinfo = await fetch(`${server.url}/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } })
    const { sub } = decode(tokens.id_token).claims
    expect(await userinfo.json()).toEqual({ sub, email: 'ada@example.com', groups: ['pilots'] })

    const again = await obtainTokens(server, client, {}, createBrowser(server, adaHere))
    expect(decode(again.id_token).claims['sub']).toBe(sub)
    const other = createBrowser(server, { username: 'grace', password: 'grace-password' })
    expect(decode((await obtainTokens(server, client, {}, other)).id_token).claims['sub']).not.toBe(sub)
  })

  it('refuses whom the directory refuses', async () => {
    const client = await registered(server)
    const refused = obtainTokens(server, client, {}, createBrowser(server, { username: 'ada', password: 'grace-password' }))
    await expect(refused).rejects.toThrow(/User name or password is wrong/)
  })

  it('shows the directory of the file without its password, and takes another one at run time', async () => {
    const { items } = (await (await server.admin('GET', '/realms/default/directories')).json()) as Listed
    expect(items).toMatchObject([{ id: 'staff', provisioned: true, bindDn: reader.bindDn }])
    expect(JSON.stringify(items)).not.toMatch(/reader-password|ealed/)

    const path = '/realms/default/directories'
    const second = { id: 'guests', url: slapd.secureUrl, ca: slapd.ca, userDn: `uid={username},ou=people,${suffix}` }
    expect((await server.admin('POST', path, second)).status).toBe(201)
    expect((await server.admin('DELETE', `${path}/guests`)).status).toBe(204)
  })

  it.each([
    [{ userDn: 'uid={username},ou=people,dc=x', baseDn: 'dc=x' }, '/userDn'],
    [{}, '/baseDn'],
    [{ baseDn: 'dc=x', bindDn: 'cn=reader' }, '/bindPassword'],
    [{ baseDn: 'dc=x', bindPassword: 'secret' }, '/bindDn'],
    [{ userDn: 'uid=ada,dc=x' }, '/userDn'],
    [{ userDn: '{username}' }, '/userDn'],
    [{ baseDn: 'dc=x', url: 'http://ldap.example' }, '/url'],
    [{ baseDn: 'dc=x', url: 'ldaps://ldap.example/dc=x??sub' }, '/url'],
    [{ baseDn: 'dc=x', url: 'ldaps://ldap.example', startTls: true }, '/startTls'],
    [{ baseDn: 'dc=x', ca: 'no certificate' }, '/ca'],
    [{ baseDn: 'dc=x', usernameAttributes: ['uid)(x=*'] }, '/usernameAttributes/0'],
    [{ baseDn: 'dc=x', claims: { sub: 'uid' } }, '/claims/sub'],
    [{ baseDn: 'dc=x', groups: {} }, '/groups/attribute'],
  ])('refuses a directory that cannot work, and names the member: %j', async (members, pointer) => {
    const written = { id: 'bad', url: 'ldaps://ldap.example', ...members }
    const answer = await server.admin('POST', '/realms/default/directories', written)
    const { errors } = (await answer.json()) as { readonly errors: readonly { readonly pointer: string }[] }
    expect([answer.status, errors[0]?.pointer]).toEqual([422, pointer])
  })

  it('starts in production with no directory that would carry passwords in clear', async () => {
    const file = join(folder, 'production.yaml')
    const realm = (url: string) => `{ directories: [{ id: staff, url: "${url}", baseDn: dc=x }] }`
    const load = async (url: string) => {
      const secrets = 'secret: { env: A }\nadminToken: { env: A }\npublicUrl: https://auth.example'
      await writeFile(file, `mode: production\n${secrets}\nrealms: { default: ${realm(url)} }\n`)
      return checkConfiguration(file, {}, { A: 'only-for-tests-'.repeat(3) })
    }
    await expect(load('ldap://ldap.example')).rejects.toThrow(/directories\[0\]\.url: would carry passwords in clear; give ldaps/)
    for (const url of ['ldaps://ldap.example', 'ldap://127.0.0.1:1389', 'ldap://localhost']) await load(url)
  })
})

interface Listed {
  readonly items: readonly Readonly<Record<string, unknown>>[]
}
