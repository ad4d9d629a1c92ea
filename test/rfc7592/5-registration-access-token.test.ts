import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type RegisteredClient, read, redirectUri, registered, update } from '../support/registration-client.ts'
import { type ManagementServer, startManagementServer, strip } from './management-realms.ts'

const graceSeconds = 120

describe('RFC 7592 §5, the registration access token', () => {
  let server: ManagementServer
  beforeAll(async () => {
    server = await startManagementServer({
      'on-update': { rotateRegistrationAccessToken: 'on-update', registrationAccessTokenGrace: `${graceSeconds}s` },
      'on-read': { rotateRegistrationAccessToken: 'on-read-and-update', registrationAccessTokenGrace: `${graceSeconds}s` },
      'without-grace': { rotateRegistrationAccessToken: 'on-update', registrationAccessTokenGrace: '0s' },
    })
  })
  afterAll(() => server?.stop())
  afterEach(() => void vi.useRealTimers())

  function later(seconds: number) {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1000 })
  }

  const fresh = (realm: string) => registered(server.realm(realm), { redirect_uris: [redirectUri] })
  const tokenOf = (body: Readonly<Record<string, unknown>>) => `${body['registration_access_token']}`
  const holding = (client: RegisteredClient, registration_access_token: string) => ({ ...client, registration_access_token })

  it('stays the same through any number of reads and updates, as long as nobody sets anything else (DCM-CR-05, DCM-CR-08)', async () => {
    const client = await registered(server)
    for (let rounds = 0; rounds < 3; rounds += 1) {
      expect(tokenOf((await read(client)).body)).toBe(client.registration_access_token)
      expect(tokenOf((await update(client, strip(client))).body)).toBe(client.registration_access_token)
    }
  })

  it('does not expire while the client is registered (DCM-CR-04)', async () => {
    const client = await registered(server)
    later(50 * 365 * 86_400)
    expect((await read(client)).status).toBe(200)
    expect((await update(client, strip(client))).status).toBe(200)
  })

  it('is replaced by an update, and not by a read, under on-update (DCM-CR-05, DCM-CR-06)', async () => {
    const client = await fresh('on-update')
    expect(tokenOf((await read(client)).body)).toBe(client.registration_access_token)
    const { body } = await update(client, strip(client))
    expect(tokenOf(body)).toMatch(/^rat_[\w-]{43}$/)
    expect(tokenOf(body)).not.toBe(client.registration_access_token)
    expect((await read(holding(client, tokenOf(body)))).status).toBe(200)
  })

  it('is replaced by reads and updates under on-read-and-update (DCM-CR-05, DCM-GET-03)', async () => {
    const client = await fresh('on-read')
    const seen = new Set([client.registration_access_token])
    let current = client
    for (let rounds = 0; rounds < 4; rounds += 1) {
      const { status, body } = rounds % 2 === 0 ? await read(current) : await update(current, strip(current))
      expect(status).toBe(200)
      current = holding(client, tokenOf(body))
      seen.add(tokenOf(body))
    }
    expect(seen.size).toBe(5)
  })

  it('helps who lost the answer: the old one works until the new one is used, and never again (DCM-CR-07)', async () => {
    const client = await fresh('on-update')
    await update(client, strip(client))
    const { status, body } = await update(client, strip(client))
    expect(status).toBe(200)
    expect((await read(client)).status).toBe(200)
    expect((await read(holding(client, tokenOf(body)))).status).toBe(200)
    expect((await read(client)).status).toBe(401)
    expect((await read(holding(client, tokenOf(body)))).status).toBe(200)
  })

  it('ends with the grace period, used or not (DCM-CR-07)', async () => {
    const client = await fresh('on-update')
    const { body } = await update(client, strip(client))
    later(graceSeconds - 10)
    expect((await read(client)).status).toBe(200)
    vi.useRealTimers()
    later(graceSeconds + 1)
    expect((await read(client)).status).toBe(401)
    expect((await read(holding(client, tokenOf(body)))).status).toBe(200)
  })

  it('cannot be kept alive beyond its grace by using it (DCM-CR-07)', async () => {
    const client = await fresh('on-update')
    await update(client, strip(client))
    later(graceSeconds - 10)
    expect((await update(client, strip(client))).status).toBe(200)
    vi.useRealTimers()
    later(graceSeconds + 1)
    expect((await read(client)).status).toBe(401)
  })

  it('ends at once where there is no grace (DCM-CR-07)', async () => {
    const client = await fresh('without-grace')
    const { body } = await update(client, strip(client))
    expect((await read(client)).status).toBe(401)
    expect((await read(holding(client, tokenOf(body)))).status).toBe(200)
  })

  it('is not replaced by an update that is refused (DCM-PUT-12)', async () => {
    const client = await fresh('without-grace')
    expect((await update(client, { ...strip(client), redirect_uris: ['not a uri'] })).status).toBe(400)
    expect(tokenOf((await read(client)).body)).toBe(client.registration_access_token)
  })

  it('locks nobody out who updates several times at once under rotation (DCM-CR-06, DCM-PUT-18)', async () => {
    const client = await fresh('on-update')
    const answers = await Promise.all(Array.from({ length: 4 }, () => update(client, strip(client))))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    const newest = await Promise.all(answers.map(({ body }) => read(holding(client, tokenOf(body)))))
    expect(newest.some(({ status }) => status === 200)).toBe(true)
  })
})
