import { describe, expect, it, onTestFinished } from 'vitest'
import { createAdminListener } from '../../src/admin/index.ts'
import { adminToken, adminWorld } from '../admin/admin-world.ts'
import { admissionWorld } from '../admin/admission-world.ts'
import { registrar } from './terminal.ts'

const env = { REGISTRAR_ADMIN_TOKEN: adminToken }
const hook = { id: 'onboarding', url: 'https://hooks.example/in', secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }

describe('webhooks', () => {
  it('are refused with the member that is wrong, created, listed and deleted', async () => {
    const { app, realm } = await admissionWorld()
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    const admin = (args: readonly string[], input: object = {}) =>
      registrar([...args, '--server', url], { env, input: JSON.stringify(input) })
    const bad = await admin(['webhooks', 'create', '-'], { ...hook, url: 'ftp://hooks.example' })
    expect(bad).toMatchObject({ exitCode: 1, err: expect.stringContaining('/url') })
    expect(await admin(['webhooks', 'delete', 'onboarding'])).toMatchObject({ exitCode: 3 })
    expect(await admin(['webhooks', 'create', '-', '-o', 'name'], hook)).toMatchObject({ exitCode: 0, out: 'onboarding\n' })
    const { out } = await admin(['webhooks', 'list'])
    expect(out).toMatch(/\nonboarding +https:\/\/hooks\.example\/in +true +client\.registered /)
    expect(out).not.toContain(hook.secret)
    expect(await admin(['webhooks', 'delete', 'onboarding'])).toMatchObject({ exitCode: 0 })
    expect(realm()).toBeDefined()
  })

  it('have deliveries that were given up, which are tried again', async () => {
    const retried: string[] = []
    const event = { id: 'e1', realm: 'default', type: 'client.held', at: 1, actor: 'client', client_id: 'harbour', details: {} }
    const waits = { realm: 'default', id: 'd1', webhook: 'onboarding', event, attempts: 9, nextAt: 2, createdAt: 1 }
    const { ports } = adminWorld({
      deliveries: {
        list: async ({ state = 'dead' }) => [{ ...waits, state, lastError: 'the answer was 500' }],
        retry: async ({ id }) => id === 'd1' && retried.push(id) > 0,
        discard: async () => false,
      },
    })
    const app = createAdminListener(ports, { bodyBytesMax: 65_536, metricsWithoutToken: false })
    onTestFinished(() => app.close())
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    const admin = (...args: string[]) => registrar([...args, '--server', url], { env })
    expect((await admin('webhooks', 'deliveries', '--state', 'dead')).out).toMatch(
      /\nd1 +onboarding +client\.held +harbour +dead +9 +the answer was 500\n$/,
    )
    expect(await admin('webhooks', 'retry', 'd2')).toMatchObject({ exitCode: 3 })
    expect(await admin('webhooks', 'retry', 'd1')).toMatchObject({ exitCode: 0 })
    expect(retried).toEqual(['d1'])
  })
})
