import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { type Receiver, startReceiver } from './receiver.ts'

const key = Buffer.alloc(32, 'signed')
const path = '/realms/default'
const metadata = { redirect_uris: ['https://app.example/cb'], client_name: 'App' }

interface Registered {
  readonly client_id: string
  readonly client_secret?: string
  readonly registration_access_token: string
  readonly registration_client_uri: string
}

/** By the administrator's API and the registration endpoint alone. */
describe('a webhook of a running server', () => {
  let server: TestServer
  let receiver: Receiver
  beforeAll(async () => {
    ;[server, receiver] = await Promise.all([startTestServer(), startReceiver()])
  })
  afterAll(async () => {
    await Promise.all([server?.stop(), receiver?.stop()])
  })

  const register = async (): Promise<Registered> => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${server.url}/register`, { method: 'POST', headers, body: JSON.stringify(metadata) })
    expect(answer.status).toBe(201)
    return (await answer.json()) as Registered
  }
  const manage = async (method: string, { registration_client_uri: uri, ...client }: Registered, body?: object) => {
    const headers = { authorization: `Bearer ${client.registration_access_token}`, 'content-type': 'application/json' }
    const answer = await fetch(uri, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    expect(answer.ok).toBe(true)
    return answer
  }
  const administrate = async (method: string, place: string, body?: object): Promise<void> => {
    const answer = await server.admin(method, `${path}/${place}`, body)
    expect(answer.ok, await answer.clone().text()).toBe(true)
  }
  const heardOf = ({ client_id }: Registered) => receiver.events.filter(({ payload }) => payload.data.client_id === client_id)
  const expectHeard = (client: Registered, types: readonly string[]) =>
    expect.poll(() => heardOf(client).map(({ payload }) => payload.type), { timeout: 10_000 }).toEqual(types)

  it('is refused with an address that is no URL, or a secret that is none', async () => {
    const webhook = { id: 'refused', url: receiver.url, secret: `whsec_${key.toString('base64')}` }
    for (const wrong of [{ url: 'nowhere' }, { secret: 'whsec_short' }, { events: ['client.born'] }]) {
      const answer = await server.admin('POST', `${path}/webhooks`, { ...webhook, ...wrong })
      expect([answer.status, Object.keys(wrong)]).toEqual([422, Object.keys(wrong)])
    }
  })

  it('hears of clients that are registered, changed, held, approved, refused, suspended and removed', async () => {
    await administrate('POST', 'webhooks', { id: 'all', url: receiver.url, secret: `whsec_${key.toString('base64')}` })
    const first = await register()
    await manage('PUT', first, { ...metadata, client_id: first.client_id, client_name: 'Another' })
    await administrate('POST', `clients/${first.client_id}/suspend`)
    await administrate('DELETE', `clients/${first.client_id}`)
    await expectHeard(first, ['client.registered', 'client.updated', 'client.state-changed', 'client.deleted'])

    await administrate('POST', 'policies', { id: 'approval', policy: 'approval-required' })
    const second = await register()
    await administrate('POST', `clients/${second.client_id}/approve`, { note: 'known to us' })
    await manage('DELETE', second)
    await expectHeard(second, ['client.held', 'client.approved', 'client.deleted'])

    const third = await register()
    await administrate('POST', `clients/${third.client_id}/refuse`, { note: 'unknown to us' })
    await expectHeard(third, ['client.held', 'client.refused'])
    expect(heardOf(third).at(-1)?.payload).toMatchObject({
      realm: 'default',
      data: { actor: 'administrator', details: { note: 'unknown to us' } },
    })
    expectSigned()
    expectNothingSecret([first, second, third])
  })

  it('that cannot be reached is seen in the list of deliveries and in the metrics', async () => {
    const authorization = `Bearer ${server.adminToken}`
    const metrics = async () => (await fetch(`${server.adminUrl}/metrics`, { headers: { authorization } })).text()
    // The receiver has heard of the last one before the database has.
    await expect.poll(metrics, { timeout: 10_000 }).toMatch(/^registrar_webhook_deliveries_total\{outcome="delivered"\} 9$/m)
    expect(await metrics()).toMatch(/^registrar_webhook_backlog\{state="waiting"\} 0$/m)
    await receiver.stop()
    const client = await register()
    const deliveries = async () => (await (await server.admin('GET', `${path}/webhook-deliveries`)).json()) as object
    await expect.poll(deliveries, { timeout: 10_000 }).toMatchObject({
      items: [
        {
          webhook: 'all',
          state: 'waiting',
          event: { client_id: client.client_id },
          lastError: expect.stringContaining('ECONNREFUSED'),
        },
      ],
    })
  })

  function expectSigned(): void {
    expect(receiver.events).toHaveLength(9)
    for (const { headers, body } of receiver.events) {
      const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
      expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(content).digest('base64')}`)
      expect(JSON.parse(body)).toMatchObject({ id: headers['webhook-id'] })
      expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(60)
    }
  }

  function expectNothingSecret(clients: readonly Registered[]): void {
    const everything = receiver.events.map(({ headers, body }) => JSON.stringify(headers) + body).join('\n')
    const secrets = clients.flatMap((client) => [client.registration_access_token, client.client_secret ?? 'a secret'])
    for (const secret of [...secrets, server.adminToken, key.toString('base64')]) expect(everything).not.toContain(secret)
    expect(everything).not.toMatch(/digest|sealed|hash/i)
  }
})
