import { createHash } from 'node:crypto'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { authorizationUrl, type Claims, type Parameters } from '../support/flows.ts'
import { type RegisteredClient, redirectUri, registered } from '../support/registration-client.ts'
import { createBrowser, type ScriptedBrowser } from '../support/scripted-browser.ts'
import type { TestServer } from '../support/test-server.ts'

/** A client for one response type, with the grants that it needs. */
export function frontChannelClient(server: TestServer, response_type: string, metadata: object = {}): Promise<RegisteredClient> {
  const words = response_type.split(' ')
  const grant_types = [
    ...(words.includes('code') ? ['authorization_code', 'refresh_token'] : []),
    ...(words.includes('token') || words.includes('id_token') ? ['implicit'] : []),
  ]
  return registered(server, { redirect_uris: [redirectUri], response_types: [response_type], grant_types, ...metadata })
}

export interface Answer {
  readonly query: Parameters
  readonly fragment: Parameters
}

/** Where the request led, in the parts of the address that matter. */
export async function answerTo(
  server: TestServer,
  client: RegisteredClient,
  parameters: Parameters,
  browser: ScriptedBrowser = createBrowser(server),
): Promise<Answer> {
  const back = await browser.authorize(authorizationUrl(server, client, parameters))
  return {
    query: Object.fromEntries(back.searchParams),
    fragment: Object.fromEntries(new URLSearchParams(back.hash.slice(1))),
  }
}

/** As a client has to (OpenID Connect Core §3.2.2.11): signature, issuer, audience. */
export async function verified(server: TestServer, client: RegisteredClient, id_token = ''): Promise<Claims> {
  const keys = createRemoteJWKSet(new URL(`${server.url}/jwks`))
  const { payload } = await jwtVerify(id_token, keys, { issuer: server.url, audience: client.client_id })
  return payload
}

/** `at_hash` and `c_hash` of an ID token that is signed with a hash of 256 bits (OpenID Connect Core §3.3.2.11). */
export function leftHalf(value = ''): string {
  return createHash('sha256').update(value).digest().subarray(0, 16).toString('base64url')
}
