import { beforeEach, describe, expect, it } from 'vitest'
import { admissionWorld, base } from './admission-world.ts'

type World = Awaited<ReturnType<typeof admissionWorld>>

const machine = { grant_types: ['client_credentials'], response_types: [], scope: 'read', client_name: 'Concierge' }
const uuid = /^[0-9a-f-]{36}$/

describe('agents and their privileges in the admin API', () => {
  let world: World
  beforeEach(async () => {
    world = await admissionWorld()
    world.domain.people.push({ id: 'u-ann', username: 'ann' }, { id: 'u-bob', username: 'bob' })
  })

  const call = async (method: Parameters<World['call']>[0], path: string, payload?: object) => {
    const answer = await world.call(method, path, payload)
    return { status: answer.statusCode, headers: answer.headers, body: answer.body === '' ? {} : answer.json() }
  }
  const register = async (client_id = 'bot') => (await call('POST', 'agents', { client: { client_id, ...machine } })).body
  const grant = async (agent: string, terms: object = {}) => {
    const said = { agent, resource: 'app', subjects: ['ann'], scopes: ['read'], ...terms }
    return call('POST', 'agent-privileges', said)
  }
  const application = () => call('POST', 'clients', { client_id: 'app', ...machine })
  const pointers = ({ body }: { body: { errors?: readonly { pointer: string }[] } }) => body.errors?.map(({ pointer }) => pointer)
  const told = (type: string) => world.domain.store.events.filter((event) => event.type === type)

  describe('an agent', () => {
    it('is not made of nothing, of two clients, or of one that is not there', async () => {
      for (const body of [{}, { client_id: 'app', client: machine }]) {
        expect(pointers(await call('POST', 'agents', body))).toEqual(['/client_id'])
      }
      expect((await call('POST', 'agents', { client_id: 'nobody' })).status).toBe(404)
      expect(pointers(await call('POST', 'agents', { client: machine, owners: ['ann', 'eve'] }))).toEqual(['/owners/1'])
      expect((await call('GET', 'agents')).body.items).toEqual([])
    })

    it('is registered with its client in one change, whose secret is told once', async () => {
      const said = {
        name: 'The concierge',
        description: 'Books rooms.',
        owners: ['ann', 'u-ann'],
        customAttributes: { team: 'x' },
      }
      const { status, headers, body } = await call('POST', 'agents', { ...said, client: machine })
      expect(status).toBe(201)
      expect(body).toMatchObject({ ...said, owners: ['u-ann'], state: 'active', client_secret: expect.any(String), revision: 1 })
      expect(body.id).toMatch(uuid)
      expect(headers['location']).toBe(`${base}/agents/${body.id}`)
      const { client_secret: _, client_secret_expires_at: __, ...agent } = body
      expect((await call('GET', `agents/${body.id}`)).body).toEqual(agent)
      expect((await call('GET', `clients/${body.client_id}`)).body.agent).toMatchObject({ id: body.id, name: 'The concierge' })
      expect(told('client.registered')).toMatchObject([
        { client_id: body.client_id, details: { agent: { id: body.id, name: 'The concierge' } } },
      ])
    })

    it('is judged as a client is, and leaves nothing behind when its client is refused', async () => {
      const { status, body } = await call('POST', 'agents', { client: { ...machine, grant_types: ['telepathy'] } })
      expect([status, body.code]).toEqual([422, 'not_accepted'])
      expect((await call('GET', 'agents')).body.items).toEqual([])
    })

    it('is a client that was there, once, and then stays one', async () => {
      await application()
      const { status, body } = await call('POST', 'agents', { client_id: 'app' })
      expect([status, body.name, body.client_id, body.revision]).toEqual([201, 'Concierge', 'app', 2])
      expect(body.client_secret).toBeUndefined()
      expect(pointers(await call('POST', 'agents', { client_id: 'app' }))).toEqual(['/client_id'])
      expect(told('agent.created')).toHaveLength(1)
      await call('PATCH', 'clients/app', { client_name: 'Other' })
      expect((await call('GET', `agents/${body.id}`)).body).toMatchObject({ name: 'Concierge', revision: 3 })
    })

    it('is described anew, unless it has become something else meanwhile', async () => {
      const { id } = await register()
      const said = { name: 'New', owners: ['bob'], revision: 7 }
      expect(pointers(await call('PUT', `agents/${id}`, said))).toEqual(['/revision'])
      const { status, body } = await call('PUT', `agents/${id}`, { ...said, revision: 1 })
      expect([status, body.name, body.owners, body.revision]).toEqual([200, 'New', ['u-bob'], 2])
      expect(told('agent.changed')).toHaveLength(1)
      expect((await call('PUT', 'agents/none', {})).status).toBe(404)
    })

    it('keeps an owner who has gone from the realm since, and takes no new one who is not there', async () => {
      const { id } = (await call('POST', 'agents', { client: machine, owners: ['ann'] })).body
      world.domain.people.splice(0)
      expect((await call('PUT', `agents/${id}`, { owners: ['u-ann'] })).status).toBe(200)
      expect(pointers(await call('PUT', `agents/${id}`, { owners: ['u-ann', 'bob'] }))).toEqual(['/owners/1'])
    })

    it('is suspended with its client, and listed by name, owner, client and state', async () => {
      const one = (await call('POST', 'agents', { client: { ...machine, client_id: 'one' }, name: 'First', owners: ['ann'] }))
        .body
      const two = await register('two')
      await call('POST', 'clients/two/suspend')
      const ids = async (query: string) => (await call('GET', `agents?${query}`)).body.items.map(({ id }: { id: string }) => id)
      expect(await ids('name=fir')).toEqual([one.id])
      expect(await ids('owner=u-ann')).toEqual([one.id])
      expect(await ids('client_id=two')).toEqual([two.id])
      expect(await ids('state=suspended')).toEqual([two.id])
      const first = (await call('GET', 'agents?limit=1')).body
      expect(await ids(`limit=1&after=${first.next}`)).toEqual([one.id])
    })

    it('is removed with its client and its privileges', async () => {
      await application()
      const { id, client_id } = await register()
      const privilege = (await grant(id)).body
      expect((await call('DELETE', `agents/${id}`)).status).toBe(204)
      for (const path of [`agents/${id}`, `clients/${client_id}`, `agent-privileges/${privilege.id}`]) {
        expect((await call('GET', path)).status).toBe(404)
      }
      expect((await call('DELETE', `agents/${id}`)).status).toBe(404)
      expect(told('client.deleted')).toMatchObject([{ details: { agent: { id } } }])
    })
  })

  describe('a privilege', () => {
    it('is not given for what the realm does not have, each thing told', async () => {
      const wrong = { resource: 'nowhere', subjects: ['ann', 'eve'], scopes: ['read', 'fly'] }
      const answer = await grant('nobody', wrong)
      expect([answer.status, pointers(answer)]).toEqual([422, ['/agent', '/resource', '/subjects/1', '/scopes/1']])
      expect((await call('GET', 'agent-privileges')).body.items).toEqual([])
      expect(told('privilege.granted')).toEqual([])
    })

    it('is given, with its people by id, and listed by agent, resource and subject', async () => {
      await application()
      const { id: agent } = await register()
      const { status, headers, body } = await grant(agent, { subjectGroups: ['staff'], description: 'For the help desk.' })
      expect(status).toBe(201)
      const terms = { resource: 'app', subjects: ['u-ann'], subjectGroups: ['staff'], scopes: ['read'] }
      expect(body).toMatchObject({ ...terms, agent, client_id: 'bot', description: 'For the help desk.', revision: 1 })
      expect(headers['location']).toBe(`${base}/agent-privileges/${body.id}`)
      expect(told('privilege.granted')).toMatchObject([{ client_id: 'bot', details: { privilege: body.id, agent, ...terms } }])
      for (const query of [`agent=${agent}`, 'resource=app', 'subject=u-ann']) {
        expect((await call('GET', `agent-privileges?${query}`)).body.items).toEqual([body])
      }
      expect((await call('GET', 'agent-privileges?subject=ann')).body.items).toEqual([])
    })

    it('changes whole or in part, and not unseen', async () => {
      await application()
      const { body } = await grant((await register()).id, { description: 'x' })
      const path = `agent-privileges/${body.id}`
      expect(pointers(await call('PATCH', path, { scopes: [], revision: 9 }))).toEqual(['/revision'])
      expect(pointers(await call('PATCH', path, { agent: 'x' }))).toEqual(['/agent'])
      const part = (await call('PATCH', path, { subjects: ['bob'], description: null })).body
      expect(part).toMatchObject({ resource: 'app', subjects: ['u-bob'], scopes: ['read'], revision: 2 })
      expect(part.description).toBeUndefined()
      const whole = (await call('PUT', path, { subjectGroups: ['staff'], revision: 2 })).body
      expect(whole).toMatchObject({ subjects: [], subjectGroups: ['staff'], scopes: [], revision: 3 })
      expect(whole.resource).toBeUndefined()
      expect(told('privilege.changed')).toHaveLength(2)
      expect((await call('PUT', 'agent-privileges/none', {})).status).toBe(404)
      expect((await call('PATCH', 'agent-privileges/none', {})).status).toBe(404)
    })

    it('keeps people who have gone from the realm, and can be changed all the same', async () => {
      await application()
      const { body } = await grant((await register()).id)
      world.domain.people.splice(0)
      expect((await call('PATCH', `agent-privileges/${body.id}`, { description: 'later' })).status).toBe(200)
      expect(pointers(await call('PATCH', `agent-privileges/${body.id}`, { subjects: ['bob'] }))).toEqual(['/subjects/0'])
    })

    it('loses nothing when two administrators change it at once', async () => {
      await application()
      const { body } = await grant((await register()).id)
      const path = `agent-privileges/${body.id}`
      await Promise.all([call('PATCH', path, { subjects: ['ann', 'bob'] }), call('PATCH', path, { subjectGroups: ['staff'] })])
      expect((await call('GET', path)).body).toMatchObject({
        subjects: ['u-ann', 'u-bob'],
        subjectGroups: ['staff'],
        revision: 3,
      })
    })

    it('is taken away once', async () => {
      await application()
      const { body } = await grant((await register()).id)
      expect((await call('DELETE', `agent-privileges/${body.id}`)).status).toBe(204)
      expect((await call('DELETE', `agent-privileges/${body.id}`)).status).toBe(404)
      expect(told('privilege.revoked')).toMatchObject([{ details: { privilege: body.id } }])
    })
  })
})
