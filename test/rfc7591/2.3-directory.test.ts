import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { redirectUri, register } from '../support/registration-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

/** The quickstart as a bank, with a realm beside it that is a directory of software and registers nobody. */
async function bankAndDirectory(): Promise<TestServer> {
  const file = join(await mkdtemp(join(tmpdir(), 'registrar-directory-')), 'bank.yaml')
  await writeFile(file, `${await readFile('examples/quickstart.yaml', 'utf8')}\n  directory: {}\n`)
  return startTestServer({ file })
}

describe('a realm that issues software statements, and one that trusts it (RFC 7591 §2.3)', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await bankAndDirectory()
  })
  afterAll(() => server.stop())

  const issue = async (more: object = {}) => {
    const claims = { client_name: 'Attested', software_id: 'one', redirect_uris: [redirectUri], org_name: 'Third party' }
    const answer = await server.admin('POST', '/realms/directory/software-statements', {
      claims,
      audience: [server.url],
      ...more,
    })
    expect(answer.status).toBe(201)
    return (await answer.json()) as { readonly software_statement: string; readonly jti: string }
  }

  it('tells an administrator which claim cannot be attested', async () => {
    const order = { claims: { client_name: 'A', iss: 'https://evil.example', redirect_uris: 'https://app.example/cb' } }
    const answer = await server.admin('POST', '/realms/directory/software-statements', order)
    expect(answer.status).toBe(422)
    const { errors } = (await answer.json()) as { errors: readonly { pointer: string }[] }
    expect(errors.map(({ pointer }) => pointer)).toEqual(['/claims/iss', '/claims/redirect_uris'])
  })

  it('does not believe its own neighbour until an administrator says so', async () => {
    const { software_statement } = await issue()
    expect(await register(server, { software_statement })).toMatchObject({
      ...{ status: 400, body: { error: 'unapproved_software_statement' } },
    })
  })

  it('then admits what is attested, once, and says so in every answer and in the audit trail (DCR-SS-06, DCR-SS-09, DCR-RSP-08, DCR-RU-13, DCM-GET-07)', async () => {
    const directory = `${server.url}/realms/directory`
    const trusted = await server.admin('POST', '/realms/default/statement-issuers', {
      ...{ id: 'directory', issuer: directory, keys: { kind: 'jwks-uri', jwksUri: `${directory}/jwks` } },
      ...{ algorithms: ['ES256', 'RS256', 'PS256'], audience: 'required', requireExpiry: true, replay: 'refused' },
      ...{ memberPrecedence: { redirect_uris: 'subset' }, echo: ['org_name'] },
    })
    expect([trusted.status, await trusted.text()]).toEqual([201, expect.anything()])

    const { software_statement, jti } = await issue()
    const foreign = await register(server, { software_statement, redirect_uris: [redirectUri, 'https://evil.example/cb'] })
    expect(foreign).toMatchObject({ status: 400, body: { error: 'invalid_redirect_uri' } })
    const admitted = await register(server, { software_statement, client_name: 'Mine', 'client_name#fr': 'Le mien' })
    expect(admitted).toMatchObject({
      status: 201,
      body: {
        client_name: 'Attested',
        software_id: 'one',
        redirect_uris: [redirectUri],
        org_name: 'Third party',
        software_statement,
      },
    })
    expect(admitted.body).not.toHaveProperty('client_name#fr')
    const { registration_client_uri: uri, registration_access_token: token } = admitted.body
    const read = await fetch(String(uri), { headers: { authorization: `Bearer ${token}` } })
    expect(await read.json()).toMatchObject({ client_name: 'Attested', org_name: 'Third party', software_statement })

    expect(await register(server, { software_statement })).toMatchObject({
      ...{ status: 400, body: { error: 'invalid_software_statement' } },
    })
    const elsewhere = await issue({ audience: ['https://other.example'] })
    expect(await register(server, { software_statement: elsewhere.software_statement })).toMatchObject({
      ...{ status: 400, body: { error: 'invalid_software_statement' } },
    })
    const audit = await server.admin('GET', '/realms/directory/audit-events?type=software-statement.issued')
    expect(await audit.text()).toContain(jti)
  })

  it('judges token, statement and metadata together: a bad statement spends no token (DCR-IAT-04)', async () => {
    const created = await server.admin('POST', '/realms/default/initial-access-tokens', { usesMax: 1 })
    const { value } = (await created.json()) as { value: string }
    const presented = { authorization: `Bearer ${value}` }
    const elsewhere = await issue({ audience: ['https://other.example'] })
    const bad = await register(server, { software_statement: elsewhere.software_statement }, presented)
    expect(bad).toMatchObject({ status: 400, body: { error: 'invalid_software_statement' } })
    const { software_statement } = await issue()
    const good = await register(server, { software_statement, client_name: 'Mine' }, presented)
    expect(good).toMatchObject({ status: 201, body: { client_name: 'Attested' } })
    const { software_statement: another } = await issue()
    expect(await register(server, { software_statement: another }, presented)).toMatchObject({ status: 401 })
  })
})
