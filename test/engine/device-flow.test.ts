import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fieldsOf } from '../support/browser.ts'
import { redeem } from '../support/code-flow.ts'
import { deviceGrant } from '../support/engine-realm.ts'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'

interface DeviceAnswer {
  readonly device_code: string
  readonly user_code: string
  readonly verification_uri: string
  readonly interval: number
}

describe('the device flow', () => {
  let world: EngineWorld

  beforeEach(async () => {
    world = await openWorld()
    world.freezeTime()
    const metadata = { grant_types: [deviceGrant, 'refresh_token'], response_types: [], token_endpoint_auth_method: 'none' }
    world.register({ client_id: 'tv', metadata })
    world.register({ client_id: 'other', metadata: { ...metadata, grant_types: ['client_credentials'] } })
  })
  afterEach(() => world.close())

  const begin = async () =>
    (await (await world.post('/device_authorization', { client_id: 'tv', scope: 'openid read' })).json()) as DeviceAnswer
  const poll = (device_code: string) => redeem(world, { grant_type: deviceGrant, client_id: 'tv', device_code })

  const confirm = async ({ user_code, verification_uri }: DeviceAnswer, more: Record<string, string> = {}) => {
    const browser = world.browser()
    const { body } = await browser.visit(verification_uri)
    const confirmation = await browser.submit(verification_uri, { ...fieldsOf(body), user_code })
    return browser.submit(verification_uri, { ...fieldsOf(confirmation.body), ...more })
  }

  it('refuses a client that did not register the grant', async () => {
    const response = await world.post('/device_authorization', { client_id: 'other', scope: 'openid' })
    expect(await response.json()).toMatchObject({ error: 'unauthorized_client' })
  })

  it('tells the interval, and slows down a device that does not keep it (RFC 8628 §3.5)', async () => {
    const { device_code, interval } = await begin()
    expect(interval).toBe(5)
    expect(await poll(device_code)).toMatchObject({ error: 'authorization_pending' })
    expect(await poll(device_code)).toMatchObject({ error: 'slow_down' })
    for (let polls = 0; polls < 3; polls += 1) {
      world.passTime(interval)
      expect(await poll(device_code)).toMatchObject({ error: 'authorization_pending' })
    }
  })

  it('admits one of many polls in an interval', async () => {
    const { device_code } = await begin()
    const answers = await Promise.all(Array.from({ length: 20 }, () => poll(device_code)))
    expect(answers.filter(({ error }) => error === 'authorization_pending')).toHaveLength(1)
    expect(answers.filter(({ error }) => error === 'slow_down')).toHaveLength(19)
  })

  it('gives tokens once the person has confirmed, and only once', async () => {
    const device = await begin()
    expect(await confirm(device)).toMatchObject({ status: 200, body: expect.stringContaining('device done') })
    const answers = await Promise.all(Array.from({ length: 20 }, () => poll(device.device_code)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.find(({ status }) => status === 200)).toMatchObject({
      scope: 'openid read',
      refresh_token: expect.any(String),
    })
  })

  it('tells the device when the person aborts', async () => {
    const device = await begin()
    expect((await confirm(device, { abort: 'yes' })).body).toContain('AbortedError')
    expect(await poll(device.device_code)).toMatchObject({ error: 'access_denied' })
  })

  it('names what is wrong with a code, and takes no form without its token', async () => {
    const { verification_uri, user_code } = await begin()
    const browser = world.browser()
    const { body } = await browser.visit(verification_uri)
    expect((await browser.submit(verification_uri, { ...fieldsOf(body), user_code: 'WRNG-CODE' })).body).toContain(
      'NotFoundError',
    )
    expect((await world.browser().submit(verification_uri, { user_code })).status).toBe(400)
  })

  it('says expired_token after its time', async () => {
    const { device_code } = await begin()
    const [name, row] = [...world.objects.rows.entries()].find(([, { model }]) => model === 'DeviceCode') ?? []
    if (name !== undefined && row !== undefined) {
      world.objects.rows.set(name, { ...row, payload: { ...row.payload, exp: Math.floor(Date.now() / 1000) - 60 } })
    }
    expect(await poll(device_code)).toMatchObject({ error: 'expired_token' })
  })

  it('keeps the device code in no readable form', async () => {
    const { device_code } = await begin()
    expect(JSON.stringify([...world.objects.rows.values()])).not.toContain(device_code)
  })
})
