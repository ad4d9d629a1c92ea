import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { urlOf } from '../support/database-url.ts'
import { type Connections, form, openConnections, post, type Received, type Sent } from '../support/load.ts'
import { type ServerPlace, type ServerProcess, serverPlace } from '../support/server-process.ts'
import { obtainCodeBySignIn } from '../support/sign-in.ts'
import { storedClients } from '../support/stored-clients.ts'

const attempts = 200
const client = { client_id: 'notebook', redirect_uri: 'https://app.example/cb' }
const person = { username: 'grace', password: 'correct horse battery staple' }

const realm = {
  registration: { enabled: true, initialAccessTokenRequired: true },
  users: [{ username: person.username, password: { value: person.password } }],
  clients: [
    {
      client_id: client.client_id,
      firstParty: true,
      redirect_uris: [client.redirect_uri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      scope: 'openid',
    },
  ],
}

describe('200 parallel uses of a one-time credential, at two processes on one database', { timeout: 60_000 }, () => {
  let database: TestDatabase
  let place: ServerPlace
  let servers: readonly [ServerProcess, ServerProcess]
  let connections: readonly [Connections, Connections]
  beforeAll(async () => {
    database = await testDatabase()
    place = await serverPlace({ databaseUrl: urlOf(database.connection), realm })
    servers = await Promise.all([place.start(), place.start({ elsewhere: true })])
    connections = [openConnections(servers[0].url, attempts / 2), openConnections(servers[1].url, attempts / 2)]
  }, 120_000)
  afterAll(async () => {
    await Promise.all(connections?.map((pool) => pool.close()) ?? [])
    await place?.remove()
    await database?.drop()
  })

  /** The same request, half of it here and half of it there. */
  const atOnce = (sent: Sent): Promise<readonly Received[]> =>
    Promise.all(
      Array.from({ length: attempts }, (_, index) => {
        return (index % 2 === 0 ? connections[0] : connections[1]).send(sent)
      }),
    )
  const codeOf = () => obtainCodeBySignIn({ issuer: place.issuer, scope: 'openid', ...client, ...person })
  const redemption = async () => form('/token', { grant_type: 'authorization_code', ...client, ...(await codeOf()) })

  it('is served by both under one issuer', async () => {
    const documents = await Promise.all(
      servers.map(async ({ url }) => (await fetch(`${url}/.well-known/openid-configuration`)).text()),
    )
    expect(documents[0]).toBe(documents[1])
    expect(documents[0]).toContain(`"${place.issuer}"`)
    expect(new Set(servers.map(({ url }) => url)).size).toBe(2)
  })

  it('redeems an authorization code once (SEC-CD-03)', async () => {
    expectOne(await atOnce(await redemption()), { status: 200, otherwise: { status: 400, error: 'invalid_grant' } })
  })

  it('redeems a refresh token once (SEC-TK-09)', async () => {
    const tokens = await connections[0].send(await redemption())
    expect(tokens.status, tokens.text).toBe(200)
    const { refresh_token } = JSON.parse(tokens.text) as { refresh_token: string }
    const { client_id } = client
    expectOne(await atOnce(form('/token', { grant_type: 'refresh_token', client_id, refresh_token })), {
      status: 200,
      otherwise: { status: 400, error: 'invalid_grant' },
    })
  })

  it('registers one client with a single-use initial access token', async () => {
    const before = await storedClients(servers[0])
    const created = await servers[0].admin('POST', '/realms/default/initial-access-tokens', { usesMax: 1 })
    expect(created.status).toBe(201)
    const { value } = (await created.json()) as { value: string }
    const metadata = { redirect_uris: ['https://app.example/cb'] }
    expectOne(await atOnce(post('/register', metadata, { authorization: `Bearer ${value}` })), {
      status: 201,
      otherwise: { status: 401, error: 'invalid_token' },
    })
    expect((await storedClients(servers[1])).size).toBe(before.size + 1)
  })
})

interface Expected {
  readonly status: number
  readonly otherwise: { readonly status: number; readonly error: string }
}

function expectOne(answers: readonly Received[], { status, otherwise }: Expected): void {
  const told = answers.map((answer) => {
    const { error } = JSON.parse(answer.text) as { error?: string }
    return `${answer.status} ${error ?? ''}`.trim()
  })
  const counts = Object.fromEntries([...new Set(told)].map((kind) => [kind, told.filter((other) => other === kind).length]))
  expect(counts).toEqual({ [status]: 1, [`${otherwise.status} ${otherwise.error}`]: answers.length - 1 })
}
