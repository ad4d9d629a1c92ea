import { describe, expect, it } from 'vitest'
import { standardDialect } from '../../src/registration/index.ts'
import { admissionWorld, base } from './admission-world.ts'

const web = { redirect_uris: ['https://app.example/cb'], client_name: 'Harbour' }
const approval = { id: 'approval', policy: 'approval-required' }
const hosts = { id: 'hosts', policy: 'redirect-hosts', options: { hosts: ['app.example'] } }
const elsewhere = { redirect_uris: ['https://elsewhere.example/cb'] }

describe('clients of an administrator', () => {
  it('are refused like any other, with a pointer per bad member', async () => {
    const { call } = await admissionWorld()
    const answer = await call('POST', 'clients', { ...web, contacts: 3, client_uri: 4 })
    const pointers = answer.json().errors.map(({ pointer }: { pointer: string }) => pointer)
    expect([answer.statusCode, pointers]).toEqual([422, ['/contacts', '/client_uri']])
    await call('POST', 'policies', hosts)
    const judged = await call('POST', 'clients', elsewhere)
    expect([judged.statusCode, judged.json().errors[0].pointer]).toEqual([422, '/redirect_uris'])
    expect((await call('POST', 'clients', { ...web, client_id: 'with space' })).statusCode).toBe(400)
    expect((await call('GET', 'clients')).json().items).toEqual([])
  })

  it('are created with a secret that is told this once', async () => {
    const { call } = await admissionWorld()
    const answer = await call('POST', 'clients', { ...web, client_id: 'harbour', firstParty: true })
    expect([answer.statusCode, answer.headers.location]).toEqual([201, `${base}/clients/harbour`])
    const { client_secret, client_secret_expires_at, ...client } = answer.json()
    expect(client).toMatchObject({ client_id: 'harbour', firstParty: true, channel: 'administrator', state: 'active' })
    expect([client_secret, client_secret_expires_at]).toEqual([expect.any(String), 0])
    expect((await call('GET', 'clients/harbour')).body).not.toContain('client_secret"')
    expect((await call('POST', 'clients', { ...web, client_id: 'harbour' })).json()).toMatchObject({
      status: 422,
      errors: [{ pointer: '/client_id' }],
    })
  })

  it('are replaced and merged, and judged again', async () => {
    const { call } = await admissionWorld()
    await call('POST', 'clients', { ...web, client_id: 'harbour' })
    expect((await call('PATCH', 'clients/harbour', { client_name: 'Port' })).json().metadata).toMatchObject({
      client_name: 'Port',
      redirect_uris: web.redirect_uris,
    })
    expect((await call('PUT', 'clients/harbour', { redirect_uris: web.redirect_uris })).json().metadata).not.toHaveProperty(
      'client_name',
    )
    await call('POST', 'policies', hosts)
    expect((await call('PATCH', 'clients/harbour', elsewhere)).statusCode).toBe(422)
    expect((await call('PUT', 'clients/nobody', web)).statusCode).toBe(404)
  })

  it('get another secret, and no registration access token where the realm gives out none', async () => {
    const { call } = await admissionWorld()
    const first = (await call('POST', 'clients', { ...web, client_id: 'harbour' })).json().client_secret
    const rotated = await call('POST', 'clients/harbour/rotate-secret')
    expect([rotated.statusCode, rotated.json().client_secret === first]).toEqual([200, false])
    expect((await call('POST', 'clients/harbour/rotate-registration-access-token')).json().registration_access_token).toEqual(
      expect.any(String),
    )
    await call('PUT', 'registration-settings', { managementEnabled: false })
    expect((await call('POST', 'clients/harbour/rotate-registration-access-token')).statusCode).toBe(422)
  })
})

describe('a client that waits', () => {
  const waiting = async () => {
    const world = await admissionWorld()
    await world.call('PUT', 'registration-settings', { enabled: true, initialAccessTokenRequired: false })
    await world.call('POST', 'policies', approval)
    const realm = world.realm()
    if (realm === undefined) throw new Error('no realm')
    const request = { realm, body: web, source: {}, dialect: standardDialect }
    const { client } = await world.domain.registration.register(request)
    return { ...world, path: `clients/${client.client_id}` }
  }

  it('is shown with its reasons, and acts once it is approved', async () => {
    const { call, path } = await waiting()
    expect((await call('GET', path)).json()).toMatchObject({
      state: 'pending',
      review: { reasons: [{ policy: 'approval' }] },
    })
    expect((await call('POST', `${path}/approve`, { note: 'as agreed' })).json()).toMatchObject({
      state: 'active',
      review: { decision: 'approved', note: 'as agreed', decidedBy: 'administrator' },
    })
    const late = await call('POST', `${path}/refuse`, { note: 'too late' })
    expect([late.statusCode, late.json().code]).toEqual([409, 'not_waiting'])
  })

  it('is refused with a note, and not without one', async () => {
    const { call, path } = await waiting()
    expect((await call('POST', `${path}/refuse`, {})).json().errors).toMatchObject([{ pointer: '/note', code: 'required' }])
    expect((await call('POST', `${path}/refuse`, { note: 'unknown party' })).json()).toMatchObject({
      review: { decision: 'refused', note: 'unknown party' },
    })
  })
})

describe('a preview', () => {
  it.each([
    [{}, '/request'],
    [{ request: web, jwt: 'a.b.c' }, '/request'],
    [{ request: web, address: 'home' }, '/address'],
    [{ request: web, dialect: 'klingon' }, '/dialect'],
    [{ request: web, policies: [{ id: 'x', policy: 'nope' }] }, '/policies/0/policy'],
    [{ request: web, policies: [{ ...hosts, options: {} }] }, '/policies/0/options/hosts'],
  ])('of %j is refused at %s', async (body, pointer) => {
    const { call } = await admissionWorld()
    const answer = await call('POST', 'registrations/preview', body)
    expect([answer.statusCode, answer.json().errors[0].pointer]).toEqual([422, pointer])
  })

  it('tells what each step would do, by a chain that is not saved, and stores nothing', async () => {
    const { call, domain } = await admissionWorld()
    const answer = await call('POST', 'registrations/preview', { request: elsewhere, policies: [hosts] })
    expect(answer.json()).toMatchObject({ outcome: 'refused', violations: [{ member: 'redirect_uris' }] })
    expect(answer.json().steps).toContainEqual(expect.objectContaining({ step: 'policy', policy: 'hosts', outcome: 'refused' }))
    expect((await call('POST', 'registrations/preview', { request: web, policies: [hosts] })).json().outcome).toBe('registered')
    expect(domain.store.events).toEqual([])
  })

  it('of the last requests is empty where there were none', async () => {
    const { call } = await admissionWorld()
    expect((await call('POST', 'registrations/replay', { policies: [hosts], limit: 10 })).json()).toEqual({
      attempts: [],
      differing: 0,
    })
  })
})

describe('an initial access token', () => {
  it('is bound to policies that there are', async () => {
    const { domain, live } = await admissionWorld()
    const realm = live.find('default')
    if (realm === undefined) throw new Error('no realm')
    const order = { realm, policies: ['nope'] }
    await expect(domain.registration.createInitialAccessToken(order, 'eve')).rejects.toMatchObject({
      violations: [{ member: 'policies/0' }],
    })
    await live.objects.policies.create('default', hosts, 'eve')
    const { token } = await domain.registration.createInitialAccessToken(
      { realm: live.find('default') ?? realm, policies: ['hosts'] },
      'eve',
    )
    expect(token.policies).toEqual(['hosts'])
  })
})
