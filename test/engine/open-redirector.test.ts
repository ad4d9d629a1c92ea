import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StatementIssuer } from '../../src/registration/index.ts'
import { authorize, publicClient, signIn } from '../support/code-flow.ts'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'

const redirect_uri = 'https://app.example/cb'
const scheme = { id: 'scheme', issuer: 'https://scheme.example', allowUnsigned: false } as StatementIssuer
const statement = { issuerId: scheme.id, issuer: scheme.issuer, digest: 'd', verifiedAt: 0, metadata: {}, claims: {}, echoed: {} }

describe('errors of a client that registered itself', () => {
  let world: EngineWorld

  beforeAll(async () => {
    world = await openWorld({ realm: (realm) => ({ ...realm, statementIssuers: [scheme] }) })
    world.register({ ...publicClient, client_id: 'unproven', channel: 'open' })
    world.register({ ...publicClient, client_id: 'attested', channel: 'software-statement', statement })
  })
  afterAll(() => world.close())

  const faulty = { redirect_uri, scope: 'openid', response_type: 'code', code_challenge_method: 'plain' }

  it('are shown on a page with the way on, not sent by a redirect (SEC-OR-01)', async () => {
    const { location, status, body } = await authorize(world, { ...faulty, client_id: 'unproven' })
    expect([location, status]).toEqual([undefined, 400])
    expect(body).toContain('error=invalid_request')
    const target = new URL(/href="([^"]+)"/.exec(body)?.[1] ?? '')
    expect(target.origin).toBe('https://app.example')
    expect(Object.fromEntries(target.searchParams)).toEqual({ error: 'invalid_request', state: 'af0ifjsldkj', iss: world.issuer })
  })

  it('name no way on to an address that is not registered', async () => {
    const { body } = await authorize(world, { ...faulty, client_id: 'unproven', redirect_uri: 'https://evil.example' })
    expect(body).toContain('href="undefined"')
  })

  it.each(['none', 'none login'])('are shown for prompt=%s without a session (SEC-OR-03)', async (prompt) => {
    const { location, status } = await authorize(world, { client_id: 'unproven', redirect_uri, scope: 'openid', prompt })
    expect([location, status]).toEqual([undefined, 400])
  })

  it('are shown for a request that names its client twice', async () => {
    const response = await fetch(
      `${world.issuer}/authorize?client_id=unproven&state=a&state=b&response_type=code&redirect_uri=${redirect_uri}`,
      { redirect: 'manual' },
    )
    expect(response.headers.get('location')).toBeNull()
  })

  it('are shown when the person denies (SEC-OR-02)', async () => {
    world.person.consents = false
    const { location, body } = await authorize(world, { client_id: 'unproven', redirect_uri, scope: 'openid' })
    world.person.consents = true
    expect(location).toBeUndefined()
    expect(body).toContain('error=access_denied')
    expect(body).toContain('https://app.example/cb?error=access_denied')
  })

  it('are redirected for a client that somebody in charge let in (SEC-OR-04)', async () => {
    const { location } = await authorize(world, { ...faulty, client_id: 'attested' })
    expect(location?.searchParams.get('error')).toBe('invalid_request')
  })

  it('are redirected once the person knows the client, until it shows another face', async () => {
    const browser = world.browser()
    await signIn(world, 'unproven', {}, browser)
    expect((await authorize(world, { ...faulty, client_id: 'unproven' }, browser)).location?.searchParams.get('error')).toBe(
      'invalid_request',
    )
    const renamed = { ...publicClient.metadata, client_name: 'Your Bank' }
    world.register({ ...publicClient, client_id: 'unproven', channel: 'open', metadata: renamed })
    expect((await authorize(world, { ...faulty, client_id: 'unproven' }, browser)).location).toBeUndefined()
  })
})
