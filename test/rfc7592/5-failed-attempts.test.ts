import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RegisteredClient, read, registered } from '../support/registration-client.ts'
import { type ManagementServer, startManagementServer } from './management-realms.ts'

const attemptsMax = 5

describe('RFC 7592 §5, guessing a registration access token', () => {
  let server: ManagementServer
  let client: RegisteredClient
  beforeAll(async () => {
    server = await startManagementServer({}, (configuration) => ({
      ...configuration,
      http: {
        ...configuration.http,
        rateLimits: {
          ...configuration.http.rateLimits,
          failedManagementPerAddress: { requestsMax: attemptsMax, windowSeconds: 3600 },
        },
      },
    }))
    client = await registered(server)
  })
  afterAll(() => server?.stop())

  it('is answered with 429 and Retry-After after a few attempts, the right token included (DCM-SEC-02)', async () => {
    const guess = { ...client, registration_access_token: `rat_${'B'.repeat(43)}` }
    for (let attempts = 0; attempts < attemptsMax; attempts += 1) expect((await read(guess)).status).toBe(401)
    const { status, headers } = await read(guess)
    expect(status).toBe(429)
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await read(client)).status).toBe(429)
  })
})
