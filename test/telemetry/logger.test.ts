import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { createTelemetry, type Telemetry, type TelemetryOptions, telemetryOptions } from '../../src/telemetry/index.ts'

interface Scene {
  readonly telemetry: Telemetry
  readonly lines: string[]
}

function setUp(settings: Partial<TelemetryOptions> = {}): Scene {
  const lines: string[] = []
  const options = { ...Value.Create(telemetryOptions), ...settings }
  const surroundings = {
    version: '1.2.3',
    databaseRoundTrips: () => 0,
    webhookBacklog: async () => ({ waiting: 0, dead: 0 }),
    write: (line: string) => lines.push(line),
  }
  return { telemetry: createTelemetry(options, surroundings), lines }
}

function logged(members: object, message = 'said'): string {
  const { telemetry, lines } = setUp()
  telemetry.logger.info(members, message)
  return lines.join('')
}

const secret = 'k3Jq-Zc0vN_8rT2xYb5LmW9sDf7GhP1aQeUiOo4RtYw'
const jwt = `eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.${'s'.repeat(86)}`

describe('what no line of the log ever holds', () => {
  it.each([
    'authorization',
    'Authorization',
    'proxy-authorization',
    'cookie',
    'Set-Cookie',
    'DPoP',
    'client_secret',
    'clientSecret',
    'client_assertion',
    'registration_access_token',
    'registrationAccessToken',
    'initial_access_token',
    'access_token',
    'refresh_token',
    'id_token',
    'id_token_hint',
    'code',
    'code_verifier',
    'device_code',
    'user_code',
    'auth_req_id',
    'assertion',
    'subject_token',
    'actor_token',
    'logout_token',
    'software_statement',
    'client_notification_token',
    'password',
    'passwordHash',
    'sealed',
    'sealedPrivateJwk',
    'privateKey',
    'secret',
    'token',
    'digest',
  ])('the value of %s, at any depth', (name) => {
    const value = 'a short-1 value'
    for (const members of [
      { [name]: value },
      { a: { b: [{ c: { [name]: value } }] } },
      { [name]: [value] },
      { [name]: { inner: value } },
    ]) {
      const line = logged(members)
      expect(line).not.toContain(value)
      expect(line).toContain('[redacted]')
    }
  })

  it.each([
    ['a bearer token in a message', {}, `sent Bearer abc.def-123 to us`, 'abc.def-123'],
    ['basic credentials in a text', { note: 'Basic dXNlcjpwYXNzd29yZA==' }, 'said', 'dXNlcjpwYXNzd29yZA'],
    ['a JWT in a text', { note: `got ${jwt}.` }, 'said', jwt],
    ['an encrypted JWT', { note: `${jwt}.abc.def` }, 'said', 'eyJhbGci'],
    ['a secret of ours in a text', { note: `value=${secret};` }, 'said', secret],
    ['a secret of ours in a path', { path: `/interaction/${secret}/login` }, 'said', secret],
    ['a registration access token in a path', { path: `/register/x/rat_${secret}` }, 'said', secret],
    ['a secret of twice the length, as HS512 needs it', { note: `is ${secret}${secret}.` }, 'said', secret],
    ['a code in a URL', { location: 'https://a.example/cb?code=xyz-1&state=1' }, 'said', 'xyz-1'],
    ['a secret in a form', { note: 'client_id=a&client_secret=xyz-1' }, 'said', 'xyz-1'],
    ['a token at the start of a form', { note: 'token=xyz-1' }, 'said', 'xyz-1'],
    ['a secret in JSON within a text', { note: 'the body was {"client_id":"a","client_secret": "xyz-1"}' }, 'said', 'xyz-1'],
  ])('%s', (_what, members, message, hidden) => {
    const line = logged(members, message)
    expect(line).not.toContain(hidden)
    expect(JSON.parse(line)).toHaveProperty('msg')
  })

  it('what an error carries in its message, its members and its causes', () => {
    const cause = Object.assign(new Error(`refused ${secret}`), { headers: { authorization: 'Bearer short-1234' } })
    const error = Object.assign(new Error('failed', { cause }), {
      client_secret: 'short-5678',
      body: { refresh_token: 'short-9' },
    })
    const line = logged({ err: error })
    for (const hidden of [secret, 'short-1234', 'short-5678', 'short-9']) expect(line).not.toContain(hidden)
    expect(line).toContain('logger.test.ts')
  })

  it('what a child logger was bound to', () => {
    const { telemetry, lines } = setUp()
    telemetry.logger.child({ authorization: 'short-1', request_id: 'r1' }).info('said')
    expect(lines[0]).not.toContain('short-1')
    expect(lines[0]).toContain('"request_id":"r1"')
  })

  it('the query or the headers of a request', () => {
    const line = logged({
      req: { method: 'GET', url: '/cb?code=1&login_hint=alice', ip: '192.0.2.1', headers: { 'x-api-key': 'k' } },
    })
    expect(JSON.parse(line).req).toEqual({ method: 'GET', path: '/cb', address: '192.0.2.1' })
  })
})

describe('what the log keeps', () => {
  it('error codes, ids and public digests', () => {
    const members = {
      code: 'invalid_redirect_uri',
      err: Object.assign(new Error('no'), { code: 'ERR_HTTP2_ERROR' }),
      client_id: '0190a3b2-0000-7000-8000-000000000000',
      kid: secret,
      token_endpoint_auth_method: 'none',
      sqlstate: { code: '23505' },
      none: { client_secret: null },
    }
    const line = JSON.parse(logged(members)) as Record<string, unknown>
    expect(line).toMatchObject({ ...members, err: { code: 'ERR_HTTP2_ERROR' } })
  })

  it('one JSON object for each line, whatever the message', () => {
    const { telemetry, lines } = setUp()
    telemetry.logger.warn({ note: 'two\nlines' }, 'a\r\nforged {"level":"info"} line')
    expect(lines).toHaveLength(1)
    expect(lines[0]?.indexOf('\n')).toBe((lines[0]?.length ?? 0) - 1)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'warn', note: 'two\nlines' })
    expect(JSON.parse(lines[0] ?? '').time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  })

  it('nothing less severe than the level', () => {
    const { telemetry, lines } = setUp({ logLevel: 'warn' })
    telemetry.logger.info('unheard')
    telemetry.logger.error('heard')
    expect(lines).toHaveLength(1)
  })

  it('a line for people in the text format, in which nothing can forge another line', () => {
    const { telemetry, lines } = setUp({ logFormat: 'text' })
    telemetry.logger.info(
      { name: 'Evil\n12:00:00.000 INFO  all is well\u001b[2J', client_secret: 'short-1', count: 3 },
      'registered',
    )
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} INFO {2}registered name=Evil 12:00:00\.000 INFO {2}all is well \[2J client_secret=\[redacted\] count=3\n$/,
    )
    telemetry.logger.error({ err: new Error('first\nsecond') }, 'failed')
    expect(lines[1]).toMatch(/ ERROR failed\n {4}Error: first\n {4}second\n {4} {4}at /)
  })

  it('why a URL could not be fetched, and nothing about those that could', () => {
    const { telemetry, lines } = setUp()
    telemetry.outboundRequestEnded({ purpose: 'jwks', outcome: 'fetched', origin: 'https://a.example' })
    telemetry.outboundRequestEnded({
      purpose: 'jwks',
      outcome: 'refused',
      origin: 'https://a.example',
      internal: 'leads to 10.0.0.1',
    })
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'warn', outcome: 'refused', internal: 'leads to 10.0.0.1' })
  })
})

describe('request ids', () => {
  it('are never the same twice', () => {
    const { telemetry } = setUp()
    const ids = Array.from({ length: 1000 }, () => telemetry.requestId())
    expect(new Set(ids).size).toBe(1000)
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })
})
