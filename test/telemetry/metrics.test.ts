import { describe, expect, it } from 'vitest'
import { createTelemetry, type Telemetry } from '../../src/telemetry/index.ts'

const backlog = { waiting: 3, dead: 1 }

function setUp(databaseRoundTrips = () => 0, webhookBacklog = async () => backlog): Telemetry {
  return createTelemetry(
    { logLevel: 'silent', logFormat: 'json' },
    { version: '1.2.3', databaseRoundTrips, webhookBacklog, write: () => undefined },
  )
}
const linesOf = async (telemetry: Telemetry): Promise<readonly string[]> => (await telemetry.metrics()).split('\n')

describe('metrics', () => {
  it('count what happened under the names that dashboards know', async () => {
    const telemetry = setUp()
    telemetry.registrationEnded({ channel: 'open', outcome: 'accepted', seconds: 0.004 })
    telemetry.registrationEnded({ channel: 'open', outcome: 'refused', reason: 'invalid_redirect_uri', seconds: 0.001 })
    telemetry.managementRequestEnded('replace', 'accepted')
    telemetry.tokenIssued('client_credentials')
    telemetry.outboundRequestEnded({ purpose: 'jwks', outcome: 'cached', origin: 'https://a.example' })
    telemetry.httpRequestEnded({ method: 'POST', route: '/register', status: 201, seconds: 0.005 })
    telemetry.webhookDeliveryEnded('dead')
    const lines = await linesOf(telemetry)
    expect(lines).toEqual(
      expect.arrayContaining([
        'registrar_registrations_total{channel="open",outcome="accepted",reason="none"} 1',
        'registrar_registrations_total{channel="open",outcome="refused",reason="invalid_redirect_uri"} 1',
        'registrar_registration_duration_seconds_count 2',
        'registrar_management_requests_total{operation="replace",outcome="accepted"} 1',
        'registrar_tokens_issued_total{grant="client_credentials"} 1',
        'registrar_outbound_fetches_total{purpose="jwks",outcome="cached"} 1',
        'http_request_duration_seconds_count{method="POST",route="/register",status="201"} 1',
        'registrar_webhook_deliveries_total{outcome="dead"} 1',
        `registrar_build_info{version="1.2.3",node="${process.version}"} 1`,
      ]),
    )
  })

  it('read the round trips of the database when somebody asks', async () => {
    let trips = 7
    const telemetry = setUp(() => trips)
    expect(await linesOf(telemetry)).toContain('registrar_database_round_trips_total 7')
    trips = 9
    expect(await linesOf(telemetry)).toContain('registrar_database_round_trips_total 9')
  })

  it('tell what waits for webhooks, and everything else where the database cannot be asked', async () => {
    expect(await linesOf(setUp())).toEqual(
      expect.arrayContaining(['registrar_webhook_backlog{state="waiting"} 3', 'registrar_webhook_backlog{state="dead"} 1']),
    )
    const lines = await linesOf(setUp(undefined, () => Promise.reject(new Error('no database'))))
    expect(lines.filter((line) => line.startsWith('registrar_webhook_backlog{'))).toEqual([])
    expect(lines).toContain('registrar_database_round_trips_total 0')
  })

  it('never take an origin or the cause of a failure for a label', async () => {
    const telemetry = setUp()
    telemetry.outboundRequestEnded({
      purpose: 'jwks',
      outcome: 'refused',
      origin: 'https://victim.example',
      internal: '10.0.0.1',
    })
    const text = await telemetry.metrics()
    expect(text).not.toContain('victim.example')
    expect(text).not.toContain('10.0.0.1')
  })

  it('do not grow with words that somebody outside makes up', async () => {
    const telemetry = setUp()
    for (let index = 0; index < 5000; index += 1) {
      telemetry.tokenIssued(`urn:made-up:${index}`)
      telemetry.httpRequestEnded({ method: `M${index}`, route: '/token', status: 400, seconds: 0.001 })
    }
    telemetry.tokenIssued('x'.repeat(10_000))
    const lines = await linesOf(telemetry)
    expect(lines.filter((line) => line.startsWith('registrar_tokens_issued_total{')).length).toBeLessThanOrEqual(33)
    expect(lines.filter((line) => line.startsWith('http_request_duration_seconds_count{')).length).toBeLessThanOrEqual(17)
    expect(lines.find((line) => line.startsWith('registrar_tokens_issued_total{grant="other"}'))).toBeDefined()
  })

  it('are the text format of Prometheus, one registry for each server', async () => {
    const [first, second] = [setUp(), setUp()]
    first.tokenIssued('refresh_token')
    expect(await second.metrics()).not.toContain('grant="refresh_token"')
    expect(first.metricsContentType).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(await first.metrics()).toContain('# TYPE http_request_duration_seconds histogram')
    expect(await first.metrics()).toContain('process_resident_memory_bytes')
  })
})
