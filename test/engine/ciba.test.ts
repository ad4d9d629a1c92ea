import { decodeJwt } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { basic, redeem } from '../support/code-flow.ts'
import { cibaGrant } from '../support/engine-realm.ts'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'

describe('CIBA in poll mode', () => {
  let world: EngineWorld
  let authorization: Record<string, string>

  beforeEach(async () => {
    world = await openWorld()
    world.freezeTime()
    const secrets = [{ digest: world.digest('s3cret'), issuedAt: 0, expiresAt: 0 }]
    world.register({ client_id: 'till', metadata: { grant_types: [cibaGrant], response_types: [] }, secrets })
    authorization = basic('till', 's3cret')
  })
  afterEach(() => world.close())

  const begin = async (params: Record<string, string> = {}) => {
    const asked = { scope: 'openid read', login_hint: 'alice', binding_message: 'Table 7', ...params }
    const response = await world.post('/backchannel', asked, authorization)
    return (await response.json()) as { auth_req_id: string; interval: number; error?: string }
  }
  const poll = (auth_req_id: string) => redeem(world, { grant_type: cibaGrant, auth_req_id }, authorization)
  const requests = () => world.engine.backchannelRequests
  const onlyRequest = async () => {
    const [request] = await requests().pending(world.realm(), 'alice')
    if (request === undefined) throw new Error('nothing is pending')
    return request
  }

  it('refuses an unknown person and an unreadable message', async () => {
    expect(await begin({ login_hint: 'mallory' })).toMatchObject({ error: 'unknown_user_id' })
    expect(await begin({ binding_message: 'x'.repeat(101) })).toMatchObject({ error: 'invalid_binding_message' })
    expect(await begin({ binding_message: 'new\nline' })).toMatchObject({ error: 'invalid_binding_message' })
  })

  it('shows the person what waits, under an id that is no credential', async () => {
    const { auth_req_id, interval } = await begin()
    expect(interval).toBe(5)
    const request = await onlyRequest()
    expect(request).toMatchObject({ scopes: ['openid', 'read'], bindingMessage: 'Table 7', client: { client_id: 'till' } })
    expect(request.id).not.toBe(auth_req_id)
    expect(request.resources).toEqual([])
    expect(await requests().pending(world.realm(), 'bob')).toEqual([])
    expect(JSON.stringify([...world.objects.rows.values()])).not.toContain(auth_req_id)
  })

  it('slows down a client that polls too often, and answers once the person approves', async () => {
    const { auth_req_id } = await begin()
    expect(await poll(auth_req_id)).toMatchObject({ error: 'authorization_pending' })
    expect(await poll(auth_req_id)).toMatchObject({ error: 'slow_down' })
    const { id } = await onlyRequest()
    expect(await requests().approve(world.realm(), id, 'bob')).toBe(false)
    expect(await requests().approve(world.realm(), id, 'alice')).toBe(true)
    expect(await requests().pending(world.realm(), 'alice')).toEqual([])
    const tokens = await poll(auth_req_id)
    expect(tokens).toMatchObject({ status: 200, scope: 'openid read' })
    expect(decodeJwt(tokens.id_token)).toMatchObject({ sub: 'alice', aud: 'till' })
    expect(await poll(auth_req_id)).toMatchObject({ error: 'invalid_grant' })
  })

  it('tells the client when the person denies, and lets nobody change that', async () => {
    const { auth_req_id } = await begin()
    const { id } = await onlyRequest()
    expect(await requests().deny(world.realm(), id, 'alice')).toBe(true)
    expect(await requests().approve(world.realm(), id, 'alice')).toBe(false)
    expect(await poll(auth_req_id)).toMatchObject({ error: 'access_denied' })
  })
})
