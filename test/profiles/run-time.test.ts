import { describe, expect, it } from 'vitest'
import { clientKey } from '../support/client-keys.ts'
import { basic } from '../support/flows.ts'
import { assertionFor, createDpopKey } from '../support/proofs.ts'
import { redirectUri, register, registered } from '../support/registration-client.ts'
import { serveSuite } from '../support/serve-suite.ts'

const open = {
  registration: { enabled: true, initialAccessTokenRequired: false },
  grants: ['authorization_code', 'client_credentials'],
}
const soon = { timeout: 20_000, interval: 50 }

describe('profiles of realms that are made at run time', { timeout: 60_000 }, () => {
  const server = serveSuite()
  const at = (name: string) => ({ url: `${server.url}/realms/${name}` })
  const create = (name: string, definition: object) => server.admin('POST', '/realms', { name, ...definition })

  it('have the same floors as in the file, told by member (SEC-F2-12)', async () => {
    const tokens = { authorizationCodeLifetimeSeconds: 120 }
    const refused = await create('lax', { ...open, profile: 'fapi2', pkce: 'public', tokens })
    const { errors } = (await refused.json()) as { errors: readonly { pointer: string }[] }
    expect([refused.status, errors.map(({ pointer }) => pointer)]).toEqual([422, ['/pkce', '/tokens']])
  })

  it('set what is left out', async () => {
    expect((await create('bank', { ...open, profile: 'fapi2' })).status).toBe(201)
    const metadata = await (await fetch(`${at('bank').url}/.well-known/openid-configuration`)).json()
    expect(metadata).toMatchObject({ require_pushed_authorization_requests: true, response_types_supported: ['code'] })
    const weak = await register(at('bank'), { redirect_uris: [redirectUri], token_endpoint_auth_method: 'client_secret_basic' })
    expect(weak.status).toBe(400)
  })

  it('hold for clients of before, once a realm changes to another', async () => {
    await create('growing', open)
    const key = await clientKey('ES256', 'a')
    const machine = { grant_types: ['client_credentials'], response_types: [] }
    const withKey = { ...machine, token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [key.jwk] } }
    const [keyed, secret] = [await registered(at('growing'), withKey), await registered(at('growing'), machine)]
    const ask = async (headers: Readonly<Record<string, string>> = {}, body: Readonly<Record<string, string>> = {}) => {
      const form = new URLSearchParams({ grant_type: 'client_credentials', ...body })
      const response = await fetch(`${at('growing').url}/token`, { method: 'POST', body: form, headers })
      return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> }
    }
    const bySecret = () => ask(basic(secret.client_id, secret.client_secret))
    const proven = () =>
      assertionFor({ client_id: keyed.client_id, audience: at('growing').url, key: key.privateKey, alg: 'ES256' })
    expect([(await bySecret()).status, (await ask({}, await proven())).status]).toEqual([200, 200])

    const changed = await server.admin('PUT', '/realms/growing', { ...open, profile: 'fapi2' })
    expect(changed.status).toBe(200)
    await expect.poll(async () => (await bySecret()).body['error'], soon).toBe('invalid_client')
    expect((await ask({}, await proven())).status).toBe(400)
    const { prove } = await createDpopKey()
    const bound = await ask({ dpop: await prove('POST', `${at('growing').url}/token`) }, await proven())
    expect(bound.body).toMatchObject({ token_type: 'DPoP' })
  })
})
