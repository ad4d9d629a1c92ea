import { createHash } from 'node:crypto'
import type { Certificate } from '../../support/certificates.ts'
import { codeVerifier } from '../../support/flows.ts'
import { assertionFor } from '../../support/proofs.ts'
import { createBrowser } from '../../support/scripted-browser.ts'
import type { Answer, Ecosystem } from './ecosystem.ts'

/** A token request over mutual TLS, with an assertion that the software signs; a client of tls_client_auth has no use for it. */
export async function tokens(
  world: Ecosystem,
  form: Readonly<Record<string, string>> & { readonly client_id: string },
  certificate: Certificate = world.transport,
): Promise<Answer> {
  const assertion = await assertionFor({
    client_id: form.client_id,
    audience: world.bank.url,
    key: world.software.privateKey,
    alg: 'PS256',
    kid: 'software-key',
  })
  const send = (parameters: Readonly<Record<string, string>>) =>
    world.call('/token', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(parameters).toString(),
      certificate,
    })
  const method = await methodOf(world, form.client_id)
  return send(method === 'tls_client_auth' ? form : { ...form, ...assertion })
}

/** An access token of the client itself. */
export async function tokenFor(world: Ecosystem, client_id: string, scope: string): Promise<string> {
  const { status, body } = await tokens(world, { client_id, grant_type: 'client_credentials', scope })
  if (status !== 200) throw new Error(`no token: ${status} ${JSON.stringify(body)}`)
  return String(body['access_token'])
}

/** Somebody signs in and consents, to a signed request of the client; up to the tokens. */
export async function signIn(world: Ecosystem, client_id: string, flow: SignIn): Promise<Answer> {
  const { response_type, scope, redirect_uri } = flow
  const request = await world.signed({ client_id, ...flow, iss: client_id, nonce: 'a-nonce', state: 'a-state', ...proofKey })
  const query = new URLSearchParams({ client_id, response_type, scope, request })
  const back = await createBrowser(world.bank).authorize(`${world.bank.url}/authorize?${query}`)
  const answer = new URLSearchParams(back.hash === '' ? back.search : back.hash.slice(1))
  const code = answer.get('code') ?? ''
  return tokens(world, { client_id, grant_type: 'authorization_code', code, redirect_uri, code_verifier: codeVerifier })
}

const proofKey = {
  code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
  code_challenge_method: 'S256',
}

type SignIn = Readonly<Record<'response_type' | 'scope' | 'redirect_uri', string>>

export function refresh(world: Ecosystem, client_id: string, { body }: Answer): Promise<Answer> {
  return tokens(world, { client_id, grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) })
}

async function methodOf({ bank }: Ecosystem, client_id: string): Promise<unknown> {
  const answer = await bank.admin('GET', `/realms/default/clients/${client_id}`)
  const { metadata } = (await answer.json()) as { readonly metadata?: Readonly<Record<string, unknown>> }
  return metadata?.['token_endpoint_auth_method']
}
