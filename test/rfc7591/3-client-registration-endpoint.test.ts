import { describe, expect, it } from 'vitest'
import { withSettings } from '../support/change-realm.ts'
import { requestToken } from '../support/flows.ts'
import { read, redirectUri, register, registered } from '../support/registration-client.ts'
import { serveSuite } from '../support/serve-suite.ts'

const redirect_uris = [redirectUri]
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

describe('RFC 7591 §3, an open registration endpoint', () => {
  const server = serveSuite()

  it('registers whoever comes without a token (DCR-EP-06, OIDR-EP-01)', async () => {
    expect(await register(server, { redirect_uris })).toMatchObject({ status: 201 })
  })

  it.each(['GET', 'PUT', 'DELETE', 'PATCH'])('answers %s with 405 and the methods that it has (DCR-EP-03)', async (method) => {
    const response = await fetch(`${server.url}/register`, { method })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toMatch(/\bPOST\b/)
  })

  it('names itself in the metadata of the server (DCR-EP-10, OIDR-DISC-01)', async () => {
    for (const document of ['openid-configuration', 'oauth-authorization-server']) {
      const response = await fetch(`${server.url}/.well-known/${document}`)
      expect(await response.json()).toMatchObject({ registration_endpoint: `${server.url}/register` })
    }
  })

  it('lets scripts of any origin call it, without credentials (DCR-EP-11, OIDR-EP-03)', async () => {
    const headers = {
      origin: 'https://spa.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type, authorization',
    }
    const preflight = await fetch(`${server.url}/register`, { method: 'OPTIONS', headers })
    expect(preflight.status).toBeLessThan(300)
    expect(preflight.headers.get('access-control-allow-origin')).toMatch(/\*|https:\/\/spa\.example/)
    expect(preflight.headers.get('access-control-allow-headers')?.toLowerCase()).toMatch(
      /content-type.*authorization|authorization.*content-type/,
    )
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull()
  })

  it('refuses a token that nobody knows, although none is needed (DCR-IAT-02)', async () => {
    const answer = await register(server, { redirect_uris }, bearer('iat_unknown'))
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_token' } })
  })
})

describe('RFC 7591 §3, a protected registration endpoint', () => {
  const server = serveSuite({
    change: (configuration) =>
      withSettings({ initialAccessTokenRequired: true, initialAccessTokenScopes: ['mcp:tools'] })(configuration),
  })

  async function createToken(order: object): Promise<string> {
    const response = await server.admin('POST', '/realms/default/initial-access-tokens', order)
    const body = (await response.json()) as Record<string, string>
    expect(response.status).toBe(201)
    return body['value'] ?? ''
  }

  it('answers a request without token with 401 and a challenge that names no error (DCR-IAT-02, OIDR-EP-13)', async () => {
    const { status, headers } = await register(server, { redirect_uris })
    expect(status).toBe(401)
    expect(headers.get('www-authenticate')).toMatch(/^Bearer/)
    expect(headers.get('www-authenticate')).not.toContain('error=')
  })

  it.each(['garbage', 'iat_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'])(
    'answers the token %s with 401 invalid_token (DCR-IAT-02, OIDR-EP-13)',
    async (token) => {
      const { status, headers, body } = await register(server, { redirect_uris }, bearer(token))
      expect({ status, error: body['error'] }).toEqual({ status: 401, error: 'invalid_token' })
      expect(headers.get('www-authenticate')).toContain('error="invalid_token"')
    },
  )

  it('does not look for the token in body or query (DCR-IAT-01)', async () => {
    const token = await createToken({})
    const response = await fetch(`${server.url}/register?access_token=${token}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris, access_token: token }),
    })
    expect(response.status).toBe(401)
  })

  it('registers with an initial access token as bearer (DCR-IAT-01, OIDR-EP-02)', async () => {
    expect(await register(server, { redirect_uris }, bearer(await createToken({})))).toMatchObject({ status: 201 })
  })

  it('burns a one-time token with the registration, not with a refusal (DCR-IAT-06)', async () => {
    const token = bearer(await createToken({ usesMax: 1 }))
    expect(await register(server, { redirect_uris: ['nonsense'] }, token)).toMatchObject({ status: 400 })
    const answers = await Promise.all(Array.from({ length: 8 }, () => register(server, { redirect_uris }, token)))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 401, 401, 401, 401, 401, 401, 401])
  })

  it('refuses an access token without the scope with 403 insufficient_scope, and accepts one with it (DCR-IAT-02)', async () => {
    const machine = await registered(
      server,
      { grant_types: ['client_credentials'], scope: 'mcp:tools email' },
      bearer(await createToken({})),
    )
    const tokenWith = async (scope: string) =>
      (await requestToken(server, machine, { grant_type: 'client_credentials', scope })).body.access_token
    const { status, headers, body } = await register(server, { redirect_uris }, bearer(await tokenWith('email')))
    expect({ status, error: body['error'] }).toEqual({ status: 403, error: 'insufficient_scope' })
    expect(headers.get('www-authenticate')).toContain('error="insufficient_scope"')
    expect(await register(server, { redirect_uris }, bearer(await tokenWith('mcp:tools')))).toMatchObject({ status: 201 })
  })

  it('accepts an initial access token at no other endpoint (DCR-IAT-05)', async () => {
    const token = await createToken({})
    const client = await registered(server, { redirect_uris }, bearer(token))
    expect(await read(client, bearer(token))).toMatchObject({ status: 401 })
    expect((await fetch(`${server.url}/userinfo`, { headers: bearer(token) })).status).toBe(401)
  })

  it('judges body and token together: no token makes up for bad metadata (DCR-IAT-04)', async () => {
    const token = bearer(await createToken({ locked: { client_name: 'Locked' } }))
    expect(await register(server, { redirect_uris: ['javascript:alert(1)'] }, token)).toMatchObject({ status: 400 })
    const { body } = await register(server, { redirect_uris, client_name: 'Chosen' }, token)
    expect(body['client_name'] ?? 'refused').not.toBe('Chosen')
  })

  it('asks for a token before it looks at a statement (DCR-IAT-04)', async () => {
    expect(await register(server, { redirect_uris, software_statement: 'a.b.c' })).toMatchObject({ status: 401 })
  })
})

describe('RFC 7591 §3, no registration endpoint', () => {
  const server = serveSuite({ change: withSettings({ enabled: false }) })

  it('is neither there nor advertised (DCR-EP-10)', async () => {
    expect(await register(server, { redirect_uris })).toMatchObject({ status: 404 })
    const response = await fetch(`${server.url}/.well-known/openid-configuration`)
    expect(await response.json()).not.toHaveProperty('registration_endpoint')
  })
})
