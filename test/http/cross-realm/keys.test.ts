import { decodeJwt, decodeProtectedHeader, importJWK, type JWK, SignJWT } from 'jose'
import pg from 'pg'
import { beforeAll, describe, expect, it } from 'vitest'
import { createKeyring } from '../../../src/vault/index.ts'
import { post } from '../../support/flows.ts'
import { serveSuite } from '../../support/serve-suite.ts'
import { createShared, mintThings, type ProtocolThings, twin } from './protocol-things.ts'

const server = serveSuite({ file: 'test/fixtures/configurations/twin-realms.yaml', change: (same) => same })
let one: ProtocolThings
let two: ProtocolThings
/** By the realm that a token says it is of, and the realm whose key signs it. */
let forge: (token: string, issuer: string) => Promise<string>

beforeAll(async () => {
  const shared = await createShared()
  one = await mintThings(server, 'one', shared)
  two = await mintThings(server, 'two', shared)
  forge = await forgerOf('one')
}, 60_000)

interface StoredKey {
  readonly kid: string
  readonly sealed_private_jwk: string
}

/** Whoever has a signing key of one realm, and wants to be somebody in another. */
async function forgerOf(realm: string) {
  const { database, rootSecrets } = server.configuration
  const client = new pg.Client({ connectionString: (database as { readonly url: string }).url })
  await client.connect()
  const { rows } = await client.query<StoredKey>('select kid, sealed_private_jwk from signing_keys where realm = $1', [realm])
  await client.end()
  const keyring = createKeyring(rootSecrets.map((secret) => Buffer.from(secret)))
  return async (token: string, issuer: string): Promise<string> => {
    const { alg = '', typ } = decodeProtectedHeader(token)
    const keys = rows.map(({ sealed_private_jwk }) => JSON.parse(keyring.open(sealed_private_jwk)) as JWK)
    const key = keys.find((candidate) => candidate.alg === alg)
    if (key === undefined) throw new Error(`realm ${realm} has no key for ${alg}`)
    const header = { alg, kid: String(key.kid), ...(typ === undefined ? {} : { typ }) }
    return new SignJWT({ ...decodeJwt(token), iss: issuer }).setProtectedHeader(header).sign(await importJWK(key, alg))
  }
}

async function kidsOf({ issuer }: ProtocolThings): Promise<readonly string[]> {
  const { keys } = (await (await fetch(`${issuer}/jwks`)).json()) as { readonly keys: readonly { readonly kid: string }[] }
  return keys.map(({ kid }) => kid)
}

const accepts = {
  introspection: async ({ issuer }: ProtocolThings, token: string) =>
    (await post({ url: issuer }, '/introspect', { ...twin, token })).body['active'] === true,
  'token exchange': async ({ issuer }: ProtocolThings, subject_token: string) => {
    const type = 'urn:ietf:params:oauth:token-type:access_token'
    const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', subject_token, subject_token_type: type }
    const asked = { ...twin, ...grant, resource: 'https://api.example', scope: 'read' }
    return (await post({ url: issuer }, '/token', asked)).status === 200
  },
}

const acceptsIdTokens = {
  idtokeninfo: async ({ issuer }: ProtocolThings, id_token: string) =>
    (await post({ url: issuer }, '/idtokeninfo', { id_token })).status === 200,
  'a back-channel request': async ({ issuer }: ProtocolThings, id_token_hint: string) =>
    (await post({ url: issuer }, '/backchannel', { ...twin, scope: 'openid', id_token_hint })).status === 200,
}

describe('keys of one realm', () => {
  it('stand in no other realm’s JWKS', async () => {
    const [first, second] = [await kidsOf(one), await kidsOf(two)]
    expect(first.length).toBeGreaterThan(0)
    expect(first.filter((kid) => second.includes(kid))).toEqual([])
  })

  it.each(Object.entries(accepts))('sign no access token that %s takes in another', async (_, isAccepted) => {
    expect(await isAccepted(two, await forge(two.apiToken, two.issuer))).toBe(false)
    expect(await isAccepted(two, await forge(one.apiToken, two.issuer))).toBe(false)
    expect(await isAccepted(two, one.apiToken)).toBe(false)
    expect(await isAccepted(one, await forge(one.apiToken, one.issuer))).toBe(true)
  })

  it.each(Object.entries(acceptsIdTokens))('sign no ID token that %s takes in another', async (_, isAccepted) => {
    expect(await isAccepted(two, await forge(two.tokens.id_token, two.issuer))).toBe(false)
    expect(await isAccepted(two, await forge(one.tokens.id_token, two.issuer))).toBe(false)
    expect(await isAccepted(one, await forge(one.tokens.id_token, one.issuer))).toBe(true)
  })
})

describe('tokens of a realm', () => {
  it('open no route of the admin API', async () => {
    const { paths } = (await (await server.admin('GET', '/openapi.json')).json()) as {
      readonly paths: Readonly<Record<string, object>>
    }
    const { client, tokens, apiToken, initialAccessToken, registrationToken } = one
    const all = [client.registration_access_token, tokens.access_token, apiToken, initialAccessToken, registrationToken]
    const routes = Object.entries(paths).flatMap(([path, described]) =>
      Object.keys(described).map((method) => ({ path, method })),
    )
    const open: string[] = []
    for (const { path, method } of routes.filter(({ method: name }) => /^(?:get|post|put|patch|delete)$/.test(name))) {
      const target = `${server.adminUrl}${path.replace('{realm}', 'one').replace(/\{[a-z_]+\}/, client.client_id)}`
      const asked = all.map((token) =>
        fetch(target, { method: method.toUpperCase(), headers: { authorization: `Bearer ${token}` } }),
      )
      const answers = await Promise.all(asked)
      open.push(...answers.filter(({ status }) => status !== 401).map(({ status }) => `${method} ${path}: ${status}`))
    }
    expect(open).toEqual([])
    expect(Object.keys(paths).length).toBeGreaterThan(40)
  })
})
