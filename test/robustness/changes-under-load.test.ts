import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Connections, form, inLanes, openConnections, post, type Received } from '../support/load.ts'
import { type ServerPlace, type ServerProcess, serverPlace } from '../support/server-process.ts'

const lanes = 8
/** Each asks for a token, the key set, the discovery document and a registration. */
const rounds = 2_500
const roundsPerChange = 150
const audience = 'https://api.example/'
const machine = { client_id: 'machine', secret: 'the machine keeps this one to itself' }
const scopes = ['openid', 'mcp:tools']
const openRegistration = { enabled: true, initialAccessTokenRequired: false }

/** What the administrator decides about registration is not in the file, or it could not be changed at run time. */
const realm = {
  registration: undefined,
  scopes,
  resources: [{ identifier: audience, scopes: ['mcp:tools'], accessTokenFormat: 'jwt' }],
  clients: [
    {
      client_id: machine.client_id,
      secret: { value: machine.secret },
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      token_endpoint_auth_method: 'client_secret_post',
      scope: 'mcp:tools',
    },
  ],
}

describe('changes under load', { timeout: 240_000 }, () => {
  let place: ServerPlace
  let server: ServerProcess
  let connections: Connections
  beforeAll(async () => {
    place = await serverPlace({ realm })
    server = await place.start()
    connections = openConnections(server.url, lanes)
    await expectChanged(await server.admin('PUT', settingsPath, openRegistration))
  }, 120_000)
  afterAll(async () => {
    await connections?.close()
    await place?.remove()
  })

  it('fails none of 10,000 requests while keys rotate, settings change and the configuration is read anew', async () => {
    const failures: string[] = []
    let answered = 0
    const kids = new Set<string>()
    const issuer = issuerOf(connections, place.issuer)
    const ask = async (about: string, sent: Promise<Received>, expected: number): Promise<string> => {
      const answer = await sent.catch((error: Error): Received => ({ status: 0, headers: {}, text: error.message }))
      answered += 1
      if (answer.status !== expected) failures.push(`${about}: ${answer.status} ${answer.text}`)
      return answer.text
    }
    const changes = changesOf(place, server, issuer)
    let changed = 0

    await inLanes(lanes, rounds, async (round) => {
      if (round > 0 && round % roundsPerChange === 0) {
        await changes[changed % changes.length]?.(changed)
        changed += 1
      }
      const token = await ask('token', connections.send(tokenRequest), 200)
      const jwks = await ask('jwks', connections.send(get('/jwks')), 200)
      await issuer.verify(token, jwks).then(
        (kid) => kids.add(kid),
        (error: Error) => failures.push(`verification: ${error.message} ${token} ${jwks}`),
      )
      const discovery = await ask('discovery', connections.send(get('/.well-known/openid-configuration')), 200)
      if (!discovery.includes(`"issuer":"${place.issuer}"`)) failures.push(`discovery: ${discovery}`)
      const metadata = { client_name: `Round ${round}`, redirect_uris: ['https://app.example/cb'] }
      await ask('registration', connections.send(post('/register', metadata)), 201)
    })

    expect(failures.slice(0, 20)).toEqual([])
    expect(answered).toBe(10_000)
    expect(changed).toBeGreaterThanOrEqual(3 * changes.length)
    // Every immediate rotation was signed with; staged ones wait until everybody has heard of them.
    expect(kids.size).toBe(1 + changed / changes.length)
  })
})

const settingsPath = '/realms/default/registration-settings'
const rotationPath = '/realms/default/keys/rotate'

const { client_id, secret: client_secret } = machine
const tokenRequest = form('/token', { grant_type: 'client_credentials', client_id, client_secret, resource: audience })

function get(path: string) {
  return { method: 'GET', path }
}

/** As a resource server sees the issuer. */
function issuerOf(connections: Connections, issuer: string) {
  return {
    /** The key id, if the token is good by exactly these keys. */
    async verify(answer: string, jwks: string): Promise<string> {
      const { access_token } = JSON.parse(answer) as { access_token: string }
      await jwtVerify(access_token, createLocalJWKSet(JSON.parse(jwks) as JSONWebKeySet), { issuer, audience, typ: 'at+jwt' })
      return decodeProtectedHeader(access_token).kid ?? ''
    },
    token: async () => (await connections.send(tokenRequest)).text,
    jwks: async () => (await connections.send(get('/jwks'))).text,
    discovery: async () => (await connections.send(get('/.well-known/openid-configuration'))).text,
  }
}

type Issuer = ReturnType<typeof issuerOf>

/** One after the other, again and again. Each is over when it is seen to have taken effect. */
function changesOf(place: ServerPlace, server: ServerProcess, issuer: Issuer): readonly ((count: number) => Promise<void>)[] {
  return [
    async function rotateAtOnce() {
      const before = await issuer.token()
      await expectChanged(await server.admin('POST', rotationPath, { immediately: true }))
      const jwks = await issuer.jwks()
      const kids = [await issuer.verify(before, jwks), await issuer.verify(await issuer.token(), jwks)]
      expect(new Set(kids).size).toBe(2)
    },
    async function changeSettings(count) {
      const rotateRegistrationAccessToken = count % 2 === 0 ? 'never' : 'on-update'
      await expectChanged(await server.admin('PUT', settingsPath, { ...openRegistration, rotateRegistrationAccessToken }))
    },
    async function rotateInStages() {
      const cached = await issuer.jwks()
      await expectChanged(await server.admin('POST', rotationPath, {}))
      expect((JSON.parse(await issuer.jwks()) as JSONWebKeySet).keys.length).toBeGreaterThan(
        (JSON.parse(cached) as JSONWebKeySet).keys.length,
      )
      // Whoever keeps the keys of before can still check what is signed now.
      await issuer.verify(await issuer.token(), cached)
    },
    async function reloadFile(count) {
      const scope = `added-${count}`
      await place.configure({ realm: { ...realm, scopes: [...scopes, scope] } })
      server.signal('SIGHUP')
      await expect.poll(() => issuer.discovery(), { timeout: 30_000, interval: 20 }).toContain(scope)
    },
  ]
}

async function expectChanged(answer: Response): Promise<void> {
  const text = await answer.text()
  expect(answer.status, text).toBe(200)
}
