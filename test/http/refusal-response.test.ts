import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { standard } from '../../src/http/dialects/standard.ts'
import { toErrorAnswer } from '../../src/http/refusal-response.ts'
import { Refusal, type RefusalCode } from '../../src/registration/index.ts'
import { createWorld, realm } from './world.ts'

const requestId = 'request-1'

describe('an error answer', () => {
  it.each<[RefusalCode, number, string]>([
    ['invalid_redirect_uri', 400, 'invalid_redirect_uri'],
    ['invalid_client_metadata', 400, 'invalid_client_metadata'],
    ['invalid_software_statement', 400, 'invalid_software_statement'],
    ['unapproved_software_statement', 400, 'unapproved_software_statement'],
    ['token_required', 401, 'invalid_token'],
    ['invalid_token', 401, 'invalid_token'],
    ['insufficient_scope', 403, 'insufficient_scope'],
    ['access_denied', 403, 'access_denied'],
    ['temporarily_unavailable', 503, 'temporarily_unavailable'],
  ])('tells %s as %d %s (DCR-ERR-01, DCR-ERR-03)', (code, status, error) => {
    const answer = toErrorAnswer(new Refusal(code, 'because'), { requestId })
    expect(answer.status).toBe(status)
    expect(answer.body).toEqual({ error, error_description: 'because', request_id: requestId })
    expect('www-authenticate' in answer.headers).toBe(['token_required', 'invalid_token', 'insufficient_scope'].includes(code))
    expect('retry-after' in answer.headers).toBe(status === 503)
  })

  it('adds a DPoP challenge where an ordinary access token may register, and only there', () => {
    const accepting = realm({ registration: { initialAccessTokenScopes: ['register', 'admin'] } })
    const refusal = new Refusal('insufficient_scope', 'the scope is missing')
    const challenge = 'error="insufficient_scope", error_description="the scope is missing", scope="register"'
    expect(
      toErrorAnswer(refusal, { requestId, realm: accepting, place: { dialect: standard, endpoint: 'registration' } }).headers[
        'www-authenticate'
      ],
    ).toEqual([`Bearer ${challenge}`, `DPoP ${challenge}`])
    expect(
      toErrorAnswer(new Refusal('token_required', 'none'), { requestId, realm: accepting }).headers['www-authenticate'],
    ).toBe('Bearer')
  })

  it('lists every violation when there are several, with member, code and reason', () => {
    const violations = [
      { code: 'invalid_redirect_uri', member: 'redirect_uris', reason: 'one' },
      { code: 'invalid_client_metadata', reason: 'two' },
    ] as const
    const { body } = toErrorAnswer(new Refusal('invalid_redirect_uri', 'one', { violations }), { requestId })
    expect(body['violations']).toEqual([{ member: 'redirect_uris', code: 'invalid_redirect_uri', reason: 'one' }, violations[1]])
  })

  it('describes in the characters of RFC 6749 §5.2 alone, whatever was sent (DCR-ERR-02)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (reason) => {
        const { body, headers } = toErrorAnswer(new Refusal('invalid_token', reason), { requestId })
        expect(body['error_description']).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/)
        expect(headers['www-authenticate']).toMatch(
          /^Bearer error="invalid_token", error_description="[\x20-\x21\x23-\x5b\x5d-\x7e]*"$/,
        )
      }),
    )
    expect(toErrorAnswer(new Refusal('invalid_token', 'é"\n'), { requestId }).body['error_description']).toBe("U+00E9'U+000A")
  })
})

describe('a fault', () => {
  const fault = new Error('password=hunter2 at /srv/secret')

  it('answers 500 with the request id and nothing else, and logs the rest under that id (DCR-ERR-04)', async () => {
    const register = async () => {
      throw fault
    }
    await using world = createWorld({ registration: { register } })
    const response = await world.app.inject({ method: 'POST', url: '/register', payload: {} })
    expect(response.statusCode).toBe(500)
    const id = response.headers['x-request-id']
    expect(response.json()).toEqual({ error: 'server_error', request_id: id })
    expect(response.headers['cache-control']).toBe('no-store')
    expect(world.logLines.some((line) => line.includes(String(id)) && line.includes('hunter2'))).toBe(true)
  })

  it('of a store that is away answers 503 with Retry-After, also while a body is unreadable', async () => {
    const register = async () => {
      throw Object.assign(new Error('connection refused to 10.0.0.5'), { name: 'StoreUnavailable' })
    }
    await using world = createWorld({ registration: { register } })
    for (const payload of ['{}', '{']) {
      const response = await world.app.inject({
        method: 'POST',
        url: '/register',
        payload,
        headers: { 'content-type': 'application/json' },
      })
      expect(response.statusCode).toBe(503)
      expect(response.headers['retry-after']).toMatch(/^\d+$/)
      expect(response.json()).toMatchObject({ error: 'temporarily_unavailable' })
      expect(response.body).not.toContain('10.0.0.5')
    }
  })

  it('of the engine answers 500 in JSON', async () => {
    const engine = async () => {
      throw fault
    }
    await using world = createWorld({ engine })
    const response = await world.app.inject({ method: 'POST', url: '/token' })
    expect(response.statusCode).toBe(500)
    expect(response.json()).toEqual({ error: 'server_error', request_id: response.headers['x-request-id'] })
    expect(response.headers['access-control-allow-origin']).toBe('*')
  })
})
