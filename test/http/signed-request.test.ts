import { describe, expect, it } from 'vitest'
import { createWorld, information, realm, token } from './world.ts'

const signed = 'eyJhbGciOiJQUzI1NiJ9.eyJpc3MiOiJzb2Z0d2FyZSJ9.c2lnbmF0dXJl'
const client = `/register/${information().client.client_id}`
const authorization = `Bearer ${token}`
const targets = [
  { method: 'POST', url: '/register' },
  { method: 'PUT', url: client },
] as const

describe.each(targets)('the body of $method', (target) => {
  it.each(['application/jwt', 'application/jose'])('is refused with 415 as %s where JSON alone is taken', async (type) => {
    await using world = createWorld()
    const response = await send(world, { type, payload: signed })
    expect(response.statusCode).toBe(415)
    expect(response.headers['accept']).toBe('application/json')
    expect(response.json()).toMatchObject({ error: 'invalid_client_metadata' })
    expect(bodies(world)).toEqual([])
  })

  it('is refused with 415 as JSON where it has to be signed (OBUK-EP-06, CDR-04, CDR-19)', async () => {
    await using world = createWorld({ realms: [taking('only')] })
    const response = await send(world, { type: 'application/json', payload: '{}' })
    expect(response.statusCode).toBe(415)
    expect(response.headers['accept']).toBe('application/jwt, application/jose')
    expect(response.json()).toMatchObject({ error: 'invalid_client_metadata' })
    expect(bodies(world)).toEqual([])
  })

  it.each(['', ' \n', 'a b', '{"alg":"none"}', 'é.é.é', `${signed}\u0000`, '<jwt/>'])(
    'is refused as unreadable when it claims to be a JWT and is %j',
    async (payload) => {
      await using world = createWorld({ realms: [taking('also')] })
      const response = await send(world, { type: 'application/jwt', payload })
      expect(response.statusCode).toBe(400)
      expect(response.json()).toMatchObject({ error: 'invalid_client_metadata' })
      expect(bodies(world)).toEqual([])
    },
  )

  it('is refused with 413 past the limit, signed or not (DCR-REQ-08)', async () => {
    await using world = createWorld({ realms: [taking('also')], options: { bodyBytesMax: 1024 } })
    const response = await send(world, { type: 'application/jwt', payload: 'a'.repeat(1025) })
    expect(response.statusCode).toBe(413)
    expect(bodies(world)).toEqual([])
  })

  it.each(['application/jwt', 'Application/JOSE; charset=utf-8'])('goes on as it came when it is %s', async (type) => {
    await using world = createWorld({ realms: [taking('only')] })
    const response = await send(world, { type, payload: `${signed}\r\n` })
    expect(response.statusCode).toBe(target.method === 'POST' ? 201 : 200)
    expect(response.headers['content-type']).toMatch(/^application\/json/)
    expect(world.asked).toHaveLength(1)
    expect(world.asked[0]).toMatchObject({ body: null, signedRequest: signed })
  })

  it('may still be JSON where signing is left to the client', async () => {
    await using world = createWorld({ realms: [taking('also')] })
    await send(world, { type: 'application/json', payload: '{"client_name":"a"}' })
    expect(world.asked[0]).toMatchObject({ body: { client_name: 'a' } })
    expect(world.asked[0]).not.toHaveProperty('signedRequest')
  })

  it('holds a software statement of the full size inside a signed request', async () => {
    await using world = createWorld({ realms: [taking('only')] })
    const claims = JSON.stringify({ software_statement: 'a'.repeat(32_768), redirect_uris: ['https://tpp.example/cb'] })
    const payload = `e30.${Buffer.from(claims).toString('base64url')}.${'s'.repeat(684)}`
    expect((await send(world, { type: 'application/jwt', payload })).statusCode).toBeLessThan(300)
  })

  function send({ app }: ReturnType<typeof createWorld>, { type, payload }: { type: string; payload: string }) {
    return app.inject({ ...target, payload, headers: { 'content-type': type, authorization } })
  }
})

describe('a merge patch', () => {
  it('is answered with 405 where every change has to be signed, before any token is looked at', async () => {
    await using world = createWorld({ realms: [taking('only')] })
    const headers = { 'content-type': 'application/merge-patch+json' }
    const response = await world.app.inject({ method: 'PATCH', url: client, payload: '{}', headers })
    expect(response.statusCode).toBe(405)
    expect(response.headers['allow']).toBe('GET, PUT, DELETE, OPTIONS')
  })

  it('is never a JWT', async () => {
    await using world = createWorld({ realms: [taking('also')] })
    const headers = { 'content-type': 'application/jwt', authorization }
    const response = await world.app.inject({ method: 'PATCH', url: client, payload: signed, headers })
    expect(response.statusCode).toBe(415)
  })
})

type Accepted = 'never' | 'also' | 'only'

function taking(accepted: Accepted) {
  const plain = realm()
  return realm({ registration: { signedRequests: { ...plain.registration.signedRequests, accepted } } })
}

/** What the domain was given to register; to be asked who is there, it gets nothing. */
function bodies({ asked }: ReturnType<typeof createWorld>) {
  return asked.filter((request) => 'body' in request && (request.body !== null || request.signedRequest !== undefined))
}
