import { describe, expect, it } from 'vitest'
import { withSettings } from '../support/change-realm.ts'
import { redirectUri, register } from '../support/registration-client.ts'
import { serveSuite } from '../support/serve-suite.ts'

const redirect_uris = [redirectUri]

const refusals: readonly (readonly [string, unknown, string])[] = [
  ['no redirect URI', {}, 'invalid_redirect_uri'],
  ['a redirect URI with a fragment', { redirect_uris: ['https://app.example/cb#f'] }, 'invalid_redirect_uri'],
  [
    'contradicting types',
    { redirect_uris, grant_types: ['client_credentials'], response_types: ['code'] },
    'invalid_client_metadata',
  ],
  ['a bad address', { redirect_uris, logo_uri: 'javascript:1' }, 'invalid_client_metadata'],
  ['a malformed statement', { redirect_uris, software_statement: 'x' }, 'invalid_software_statement'],
  [
    'a statement of a stranger',
    {
      redirect_uris,
      software_statement: `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.${Buffer.from('{"iss":"https://x.example"}').toString('base64url')}.c2ln`,
    },
    'unapproved_software_statement',
  ],
]

describe('RFC 7591 §3.2.2, client registration error response', () => {
  const server = serveSuite()

  it.each(refusals)(
    'answers %s with 400 JSON that nobody keeps (DCR-ERR-01, DCR-ERR-03, DCR-ERR-05, OIDR-EP-12)',
    async (_what, metadata, error) => {
      const { status, headers, body } = await register(server, metadata)
      expect({ status, error: body['error'] }).toEqual({ status: 400, error })
      expect(headers.get('content-type')).toMatch(/^application\/json/)
      expect(headers.get('cache-control')).toContain('no-store')
      expect(headers.get('pragma')).toBe('no-cache')
      expect(body['error_description']).toEqual(expect.any(String))
      expect(body).not.toHaveProperty('client_id')
    },
  )

  it('describes in ASCII what was not (DCR-ERR-02)', async () => {
    const bodies = [
      { redirect_uris: ['https://\u0430pp.example/cb'] },
      { redirect_uris, grant_types: ['\u{1F600}"\\'] },
      { redirect_uris, token_endpoint_auth_signing_alg: '\u00E9' },
    ]
    for (const metadata of bodies) {
      const { text, body } = await register(server, metadata)
      expect(String(body['error'] ?? 'invalid_client_metadata')).toMatch(/^[a-z_]+$/)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that must not be there.
      expect(text).not.toMatch(/[^\x00-\x7f]/)
      expect(String(body['error_description'] ?? '')).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/)
    }
  })

  it('names the member at fault, and every further one (DCR-ERR-04, DCR-UNK-04)', async () => {
    const { body } = await register(server, { redirect_uris, contacts: 'one', client_uri: 7 })
    expect(JSON.stringify(body)).toContain('contacts')
    expect(JSON.stringify(body)).toContain('client_uri')
    expect(body['error']).toBe('invalid_client_metadata')
    expect(JSON.stringify(body)).not.toMatch(/node_modules|at .*\.ts/)
  })

  it('answers members beside error that a client may ignore (DCR-UNK-04)', async () => {
    const { body } = await register(server, {})
    expect(Object.keys(body)).toEqual(expect.arrayContaining(['error', 'error_description']))
    for (const value of Object.values(body)) expect(['string', 'object']).toContain(typeof value)
  })
})

describe('RFC 7591 §3.2.2, at a protected endpoint', () => {
  const server = serveSuite({ change: withSettings({ initialAccessTokenRequired: true }) })

  it('answers a bad token in the manner of RFC 6750, and nobody keeps it (DCR-IAT-02, DCR-ERR-05, OIDR-EP-13)', async () => {
    const { status, headers, body } = await register(server, { redirect_uris }, { authorization: 'Bearer nonsense' })
    expect({ status, error: body['error'] }).toEqual({ status: 401, error: 'invalid_token' })
    expect(headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/)
    expect(headers.get('cache-control')).toContain('no-store')
  })
})
