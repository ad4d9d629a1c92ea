import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requestToken } from '../support/flows.ts'
import { type RegistrationAnswer, redirectUri, register, registered, update } from '../support/registration-client.ts'
import { startAnotherNode, startTestServer, type TestServer } from '../support/test-server.ts'

const attempts = 50
const max = 4
const metadata = { redirect_uris: [redirectUri] }

let server: TestServer
let other: Awaited<ReturnType<typeof startAnotherNode>>
beforeAll(async () => {
  server = await startTestServer()
  other = await startAnotherNode(server)
})
afterAll(async () => {
  await other.stop()
  await server.stop()
})

interface Item {
  readonly client_id: string
  readonly channel: string
  readonly metadata: { readonly software_id?: string }
}

async function administrator(method: string, path: string, body?: object) {
  const answer = await server.admin(method, `/realms/default/${path}`, body)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return text === '' ? {} : JSON.parse(text)
}

const clients = async (): Promise<readonly Item[]> => (await administrator('GET', 'clients?limit=200')).items

/** Half of them here and half of them there. */
function race(body: (index: number) => object, headers = {}): Promise<readonly RegistrationAnswer[]> {
  const nodes = [server, other]
  return Promise.all(Array.from({ length: attempts }, (_, index) => register(nodes[index % 2] ?? server, body(index), headers)))
}

/** A policy in force at both nodes. */
async function withLimits(options: object, work: () => Promise<void>): Promise<void> {
  await administrator('POST', 'policies', { id: 'limits', policy: 'client-limits', options })
  await inForce()
  try {
    await work()
  } finally {
    await administrator('DELETE', 'policies/limits')
  }
}

/** Both nodes run what the administrator has said last. */
async function inForce(): Promise<void> {
  const states = async () => {
    const { items } = (await (await server.admin('GET', '/nodes')).json()) as { items: readonly { state: string }[] }
    return items.map(({ state }) => state)
  }
  await expect.poll(states, { timeout: 10_000 }).toEqual(['current', 'current'])
}

describe(`${attempts} registrations at once, over two nodes`, () => {
  it(`make no more than ${max} clients of one software`, async () => {
    await withLimits({ perSoftware: max, evictUnused: false }, async () => {
      const answers = await race(() => ({ ...metadata, software_id: 'raced' }))
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(max)
      expect(answers.filter(({ status, body }) => status === 403 && body['error'] === 'access_denied')).toHaveLength(
        attempts - max,
      )
      const made = (await clients()).filter((client) => client.metadata.software_id === 'raced')
      expect(made).toHaveLength(max)
    })
  })

  it('make no more clients with one token than it has uses, nor than the limit says', async () => {
    await withLimits({ perToken: max, perSoftware: 1, evictUnused: false }, async () => {
      const { id, value } = await administrator('POST', 'initial-access-tokens', { usesMax: attempts })
      const answers = await race((index) => ({ ...metadata, software_id: `by-token-${index}` }), {
        authorization: `Bearer ${value}`,
      })
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(max)
      expect(answers.every(({ status }) => [201, 403].includes(status))).toBe(true)
      expect((await administrator('GET', `initial-access-tokens/${id}`)).uses).toBe(max)
    })
  })

  it('make room for one another, and never by taking a client that is used, suspended or an administrator made', async () => {
    const machine = { ...metadata, grant_types: ['authorization_code', 'client_credentials'], software_id: 'crowded' }
    const used = await registered(server, machine)
    expect((await requestToken(server, used, { grant_type: 'client_credentials' })).status).toBe(200)
    await expect
      .poll(async () => (await administrator('GET', `clients/${used.client_id}`)).firstUsedAt, { timeout: 10_000 })
      .toEqual(expect.any(Number))
    const suspended = await registered(server, machine)
    await administrator('POST', `clients/${suspended.client_id}/suspend`)
    const own = (await administrator('POST', 'clients', { ...machine, client_id: 'of-the-house' })).client_id
    await withLimits({ perSoftware: max, evictUnused: true }, async () => {
      const answers = await race(() => machine)
      expect(answers.every(({ status }) => [201, 403].includes(status))).toBe(true)
      expect(answers.some(({ status }) => status === 201)).toBe(true)
      const left = (await clients())
        .filter((client) => client.metadata.software_id === 'crowded')
        .map(({ client_id }) => client_id)
      expect(left).toEqual(expect.arrayContaining([used.client_id, suspended.client_id, own]))
      expect(left).toHaveLength(max)
    })
  })

  it('are not got around by an update that names the software afterwards', async () => {
    await withLimits({ perSoftware: 1, evictUnused: true }, async () => {
      await registered(server, { ...metadata, software_id: 'taken' })
      const strangers = await Promise.all(Array.from({ length: 5 }, () => registered(server, metadata)))
      const answers = await Promise.all(
        strangers.map((one) => update(one, { client_id: one.client_id, ...metadata, software_id: 'taken' })),
      )
      expect(answers.every(({ status }) => [200, 403].includes(status))).toBe(true)
      const named = (await clients()).filter((client) => client.metadata.software_id === 'taken')
      expect(named).toHaveLength(1)
    })
  })
})
