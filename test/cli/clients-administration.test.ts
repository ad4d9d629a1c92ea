import { describe, expect, it, onTestFinished } from 'vitest'
import { createAdminListener } from '../../src/admin/index.ts'
import { adminToken, adminWorld } from '../admin/admin-world.ts'
import { admissionWorld } from '../admin/admission-world.ts'
import { registrar } from './terminal.ts'

const env = { REGISTRAR_ADMIN_TOKEN: adminToken }

async function server() {
  const world = await admissionWorld()
  const url = await world.app.listen({ port: 0, host: '127.0.0.1' })
  const admin = (args: readonly string[], input = '') => registrar([...args, '--server', url], { env, input })
  const metadata = { client_id: 'harbour', client_name: 'Harbour', redirect_uris: ['https://app.example/cb'] }
  await world.call('POST', 'clients', metadata)
  const find = () => world.domain.store.registration.findClient('default', 'harbour')
  return { ...world, admin, find }
}

describe('clients update', () => {
  it('is refused without a change, and for a change that the client could not have', async () => {
    const { admin } = await server()
    expect(await admin(['clients', 'update', 'harbour'])).toMatchObject({ exitCode: 2, err: expect.stringContaining('--name') })
    const bad = await admin(['clients', 'update', 'harbour', '--redirect-uri', 'https://app.example/#x'])
    expect(bad).toMatchObject({ exitCode: 1, err: expect.stringContaining('redirect_uris') })
    expect(await admin(['clients', 'update', 'nobody', '--name', 'x'])).toMatchObject({ exitCode: 3 })
  })

  it('changes what is given, takes away what is null, and replaces the rest only when told to', async () => {
    const { admin, find } = await server()
    await admin(['clients', 'update', 'harbour', '--client-uri', 'https://app.example'])
    expect((await find())?.metadata).toMatchObject({ client_name: 'Harbour', client_uri: 'https://app.example' })
    await admin(['clients', 'update', 'harbour', '--metadata', '-'], '{"client_uri": null}')
    expect((await find())?.metadata).not.toHaveProperty('client_uri')
    await admin(['clients', 'update', 'harbour', '--replace', '--redirect-uri', 'https://app.example/cb'])
    expect((await find())?.metadata).not.toHaveProperty('client_name')
  })
})

describe('clients suspend, resume and rotate', () => {
  it('say that there is no such client', async () => {
    const { admin } = await server()
    for (const verb of ['suspend', 'resume', 'rotate-secret', 'rotate-token', 'history'])
      expect(await admin(['clients', verb, 'nobody'])).toMatchObject({ exitCode: 3 })
  })

  it('do what they say', async () => {
    const { admin, find } = await server()
    expect(await admin(['clients', 'suspend', 'harbour', '-o', 'name'])).toMatchObject({ out: 'harbour\n' })
    expect(await find()).toMatchObject({ state: 'suspended' })
    await admin(['clients', 'resume', 'harbour'])
    expect(await find()).toMatchObject({ state: 'active' })
    expect((await admin(['clients', 'rotate-secret', 'harbour', '-o', 'name'])).out).toMatch(/^[\w-]{43}\n$/)
    const before = (await find())?.registrationAccessTokens[0]?.digest
    expect((await admin(['clients', 'rotate-token', 'harbour', '-o', 'name'])).out).toMatch(/^[\w.-]{43,}\n$/)
    expect((await find())?.registrationAccessTokens[0]?.digest).not.toBe(before)
  })
})

describe('clients history', () => {
  it('shows who changed what', async () => {
    const revision = (number: number, client_name: string) => ({
      ...({
        revision: number,
        at: 1_800_000_000 + number,
        state: 'active',
        channel: 'open',
        firstParty: false,
        boundPolicies: [],
      } as const),
      metadata: { client_name },
      madeBy: { id: `event-${number}`, type: 'client.updated', actor: 'administrator', at: 1, realm: 'default', details: {} },
    })
    const { ports } = adminWorld()
    const clients = { ...ports.clients, history: async () => [revision(2, 'B'), revision(1, 'A')] }
    const app = createAdminListener({ ...ports, clients }, { bodyBytesMax: 65_536, metricsWithoutToken: false })
    onTestFinished(() => app.close())
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    const { out } = await registrar(['clients', 'history', 'harbour', '--server', url], { env })
    expect(out).toMatch(/^REVISION .*\n2 +2027-\S+ +active +client\.updated +administrator +client_name\n1 /)
  })
})

describe('tokens initial create --policy', () => {
  it('binds the clients of the token to each policy that is named', async () => {
    const orders: unknown[] = []
    const { ports } = adminWorld()
    const { create } = ports.initialAccessTokens
    const recorded = async (...order: Parameters<typeof create>) => {
      orders.push(order[0].policies)
      return create(...order)
    }
    const initialAccessTokens = { ...ports.initialAccessTokens, create: recorded }
    const app = createAdminListener({ ...ports, initialAccessTokens }, { bodyBytesMax: 65_536, metricsWithoutToken: false })
    onTestFinished(() => app.close())
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    await registrar(['tokens', 'initial', 'create', '--policy', 'hosts', '--policy', 'names', '--server', url], { env })
    expect(orders).toEqual([['hosts', 'names']])
  })
})
