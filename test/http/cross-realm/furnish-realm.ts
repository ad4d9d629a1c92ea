import { exportJWK, generateKeyPair } from 'jose'
import pg from 'pg'
import { expect } from 'vitest'
import type { JsonObject } from '../../../src/registration/index.ts'
import { authority, issueCertificate } from '../../support/certificates.ts'
import { registered } from '../../support/registration-client.ts'
import type { TestServer } from '../../support/test-server.ts'
import { bodies, creations, type Things } from './admin-bodies.ts'

/** A realm with several of everything that administrators make, clients that wait for approval, and deliveries that were given up. */
export async function furnishRealm(server: TestServer, realm: string): Promise<FurnishedRealm> {
  const ids = new Map<string, string[]>()
  const { publicKey } = await generateKeyPair('ES256')
  const things: Things = {
    realm,
    person: await personOf(server, realm),
    authority: issueCertificate({ subject: `/O=${realm}/CN=Authority`, extensions: authority }),
    jwk: { ...(await exportJWK(publicKey)), kid: 'key-1' } as JsonObject,
    id(collection, index = 0) {
      const found = ids.get(collection)?.[index]
      if (found === undefined) throw new Error(`there is no ${collection} ${index} in realm ${realm}`)
      return found
    },
  }
  const administer = (method: string, path: string, body: object) => call(server, method, `/realms/${realm}/${path}`, body)
  let token = ''
  for (const [collection, body] of Object.entries(creations)) {
    for (const number of [101, 102, 103, 104]) {
      const made = await administer('POST', collection, body(things, `${collection}-of-${realm}-${number}`))
      ids.set(collection, [...(ids.get(collection) ?? []), idOf(made)])
      if (collection === 'initial-access-tokens') token = String(made['value'])
    }
  }
  await administer('PUT', 'registration-settings', bodies['PUT registration-settings']?.(things, '') ?? {})
  const waiting = await Promise.all(
    [1, 2].map(() => registered({ url: issuerOf(server, realm) }, undefined, { authorization: `Bearer ${token}` })),
  )
  ids.get('clients')?.push(...waiting.map(({ client_id }) => client_id))
  return {
    things,
    idsOf: (collection) => ids.get(collection) ?? [],
    all: () => [...ids.entries()].map(([name, all]) => [name, all]),
  }
}

export interface FurnishedRealm {
  readonly things: Things
  idsOf(collection: string): readonly string[]
  all(): readonly (readonly [string, readonly string[]])[]
}

export function issuerOf({ url }: Pick<TestServer, 'url'>, realm: string): string {
  return `${new URL(url).origin}/am/oauth2/realms/root/realms/${realm}`
}

/** Of what a list of the admin API shows, ours or a vendor's. */
export function idOf(item: Readonly<Record<string, unknown>>): string {
  return String(item['id'] ?? item['client_id'] ?? item['name'] ?? item['kid'] ?? item['_id'])
}

/** @throws where it was refused */
export async function call(server: TestServer, method: string, path: string, body: object): Promise<Record<string, unknown>> {
  const response = await server.admin(method, path, body)
  const text = await response.text()
  expect(response.ok, `${method} ${path}: ${response.status} ${text}`).toBe(true)
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
}

/** Signed in as who stands in both files, whose ids differ. */
async function personOf({ configuration }: TestServer, realm: string): Promise<string> {
  const { database } = configuration
  if (typeof database !== 'object' || !('url' in database)) throw new Error('the test server has no database of its own')
  const client = new pg.Client({ connectionString: String(database.url) })
  await client.connect()
  try {
    const { rows } = await client.query('select id from users where realm = $1 and username = $2', [realm, 'alice'])
    return String(rows[0].id)
  } finally {
    await client.end()
  }
}
