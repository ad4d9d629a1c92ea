import { describe, expect, it } from 'vitest'
import { Refusal } from '../../src/registration/index.ts'
import { createWorld, information, realm, token } from './world.ts'

const { client_id } = information().client
const url = `/register/${client_id}`
const authorization = `Bearer ${token}`
const json = { 'content-type': 'application/json' }

describe('what is refused at the client configuration endpoint', () => {
  it.each(['GET', 'PUT', 'PATCH', 'DELETE', 'POST', 'HEAD'] as const)(
    'answers %s without a token with 401 and a challenge without error (DCM-ERR-01)',
    async (method) => {
      await using world = createWorld()
      const response = await world.app.inject({ method, url })
      expect(response.statusCode).toBe(401)
      expect(response.headers['www-authenticate']).toBe('Bearer')
      expect(response.headers['cache-control']).toBe('no-store')
    },
  )

  it.each(['GET', 'PUT', 'PATCH', 'DELETE', 'POST'] as const)(
    'answers %s with a wrong token with 401 invalid_token (DCM-ERR-02)',
    async (method) => {
      await using world = createWorld()
      const response = await world.app.inject({ method, url, headers: { authorization: 'Bearer wrong' } })
      expect(response.statusCode).toBe(401)
      expect(response.headers['www-authenticate']).toContain('Bearer error="invalid_token"')
      expect(response.json()).toMatchObject({ error: 'invalid_token' })
    },
  )

  it.each([
    ['the media type', 'text/plain', '{}'],
    ['the body', 'application/json', '{'],
    ['the size', 'application/json', `"${'x'.repeat(70_000)}"`],
  ])('does not tell what is wrong with %s to those without a token (DCM-ERR-11)', async (_name, type, payload) => {
    await using world = createWorld()
    for (const method of ['PUT', 'PATCH'] as const) {
      const response = await world.app.inject({
        method,
        url,
        payload,
        headers: { 'content-type': type, authorization: 'Bearer wrong' },
      })
      expect(response.statusCode).toBe(401)
    }
  })

  it.each([
    ['PUT', 'text/plain', '{}', 415],
    ['PUT', 'application/merge-patch+json', '{}', 415],
    ['PATCH', 'application/json-patch+json', '[]', 415],
    ['PUT', 'application/json', '{', 400],
    ['PATCH', 'application/json', '[]', 400],
    ['PUT', 'application/json', `"${'x'.repeat(70_000)}"`, 413],
  ] as const)(
    'answers %s of %s with the body %j with %d to the holder of the token (DCM-PUT-01, DCM-ERR-08)',
    async (method, type, payload, status) => {
      await using world = createWorld()
      const response = await world.app.inject({ method, url, payload, headers: { 'content-type': type, authorization } })
      expect(response.statusCode).toBe(status)
      expect(response.json()).toMatchObject({ error: 'invalid_client_metadata' })
      for (const asked of world.asked) expect(asked).toMatchObject({ body: status === 400 && payload === '[]' ? [] : null })
    },
  )

  it('answers POST with 405 and Allow to the holder of the token (DCM-ERR-07, DCM-ERR-11)', async () => {
    await using world = createWorld()
    const response = await world.app.inject({ method: 'POST', url, payload: {}, headers: { authorization } })
    expect(response.statusCode).toBe(405)
    expect(response.headers['allow']).toBe('GET, PUT, PATCH, DELETE, OPTIONS')
  })

  it('answers DELETE with 405 to everybody where deletion is off as a whole (DCM-DEL-04)', async () => {
    await using world = createWorld({ realms: [realm({ registration: { deletionAllowed: false } })] })
    const response = await world.app.inject({ method: 'DELETE', url })
    expect(response.statusCode).toBe(405)
    expect(response.headers['allow']).toBe('GET, PUT, PATCH, OPTIONS')
  })

  it('answers 404 where management is off as a whole, and goes on while registration alone is inactive', async () => {
    await using off = createWorld({ realms: [realm({ registration: { managementEnabled: false } })] })
    expect((await off.app.inject({ url, headers: { authorization } })).statusCode).toBe(404)
    await using on = createWorld({ realms: [realm({ registrationActive: false })] })
    expect((await on.app.inject({ url, headers: { authorization } })).statusCode).toBe(200)
  })

  it('does not accept the token in the query or in a form (DCM-ERR-10)', async () => {
    await using world = createWorld()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const response = await world.app.inject({
      method: 'PUT',
      url: `${url}?access_token=${token}`,
      payload: `access_token=${token}`,
      headers,
    })
    expect(response.statusCode).toBe(401)
  })

  it('answers a client that may not do this with 403 (DCM-ERR-06)', async () => {
    const read = async () => {
      throw new Refusal('access_denied', 'the client is suspended')
    }
    await using world = createWorld({ registration: { read } })
    const response = await world.app.inject({ url, headers: { authorization } })
    expect(response.statusCode).toBe(403)
    expect(response.json()).toMatchObject({ error: 'access_denied' })
  })
})

describe('the client configuration endpoint', () => {
  it('reads with 200 (DCM-GET-01, DCM-GET-06)', async () => {
    await using world = createWorld()
    const response = await world.app.inject({ url, headers: { authorization } })
    expect(response.statusCode).toBe(200)
    expect(response.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' })
    expect(response.headers['etag']).toBeUndefined()
    expect(response.json()).toMatchObject({
      client_id,
      registration_access_token: token,
      registration_client_uri: `http://localhost:4400${url}`,
    })
  })

  it('hands the decoded identifier and the path as asked for to the domain', async () => {
    await using world = createWorld()
    await world.app.inject({ url: '/realms/acme/register/a%2Fb%20c/', headers: { authorization } })
    expect(world.asked[0]).toMatchObject({
      client_id: 'a/b c',
      realm: { name: 'acme' },
      presented: { url: 'http://localhost:4400/realms/acme/register/a%2Fb%20c' },
    })
  })

  it('replaces by PUT and merges by PATCH in both media types', async () => {
    await using world = createWorld()
    const payload = JSON.stringify({ client_name: 'New' })
    const headers = { authorization }
    const answers = [
      await world.app.inject({ method: 'PUT', url, payload, headers: { ...headers, ...json } }),
      await world.app.inject({ method: 'PATCH', url, payload, headers: { ...headers, ...json } }),
      await world.app.inject({
        method: 'PATCH',
        url,
        payload,
        headers: { ...headers, 'content-type': 'application/merge-patch+json' },
      }),
    ]
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200])
    expect(answers[2]?.json()).toMatchObject({ client_name: 'New' })
  })

  it('deletes with 204 and an empty body, whatever body came along (DCM-DEL-01, DCM-DEL-07)', async () => {
    await using world = createWorld()
    const response = await world.app.inject({ method: 'DELETE', url, payload: '{', headers: { authorization, ...json } })
    expect(response.statusCode).toBe(204)
    expect(response.body).toBe('')
    expect(response.headers['cache-control']).toBe('no-store')
    expect(response.headers['content-type']).toBeUndefined()
  })

  it('takes identifiers longer than any that we make', async () => {
    await using world = createWorld()
    await world.app.inject({ url: `/register/${'x'.repeat(2000)}`, headers: { authorization } })
    expect(world.asked[0]).toMatchObject({ client_id: 'x'.repeat(2000) })
  })

  it('answers a malformed encoding in the path with 400 in JSON', async () => {
    await using world = createWorld()
    const response = await world.app.inject({ url: '/register/%zz', headers: { authorization } })
    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({ error: 'invalid_request', request_id: expect.any(String) })
  })
})
