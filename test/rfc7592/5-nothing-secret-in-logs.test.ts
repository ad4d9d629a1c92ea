import fs from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { obtainTokens, requestToken } from '../support/flows.ts'
import { bearer, read, redirectUri, registered, remove, update } from '../support/registration-client.ts'
import { type ManagementServer, startManagementServer, strip } from './management-realms.ts'

/** What the log writes, line by line and at once, to the file descriptor of standard output. */
function captureOutput() {
  const lines: string[] = []
  const write = vi.spyOn(fs, 'writeSync').mockImplementation((_fd, data: unknown) => {
    lines.push(String(data))
    return Buffer.byteLength(String(data))
  })
  return { text: () => lines.join(''), release: () => write.mockRestore() }
}

describe('RFC 7592 §5, what is written down', () => {
  let server: ManagementServer
  let output: ReturnType<typeof captureOutput>
  beforeAll(async () => {
    output = captureOutput()
    server = await startManagementServer(
      { rotating: { rotateRegistrationAccessToken: 'on-read-and-update', rotateClientSecret: 'on-read-and-update' } },
      (configuration) => ({ ...configuration, telemetry: { logLevel: 'trace', logFormat: 'json' } }),
    )
  })
  afterAll(async () => {
    output.release()
    await server?.stop()
  })

  it('logs no registration access token, secret, code or token, whatever goes right or wrong (DCM-CR-11)', async () => {
    const secrets: string[] = []
    const note = (body: Readonly<Record<string, unknown>>) => {
      for (const member of ['registration_access_token', 'client_secret', 'access_token', 'refresh_token']) {
        if (typeof body[member] === 'string') secrets.push(body[member])
      }
      return body
    }
    for (const realm of [server, server.realm('rotating')]) {
      const client = await registered(realm, {
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'client_credentials'],
      })
      note(client)
      note((await requestToken(realm, client, { grant_type: 'client_credentials' })).body)
      note(
        (
          await requestToken(
            realm,
            { ...client, client_secret: `${client.client_secret}x` },
            { grant_type: 'client_credentials' },
          )
        ).body,
      )
      note((await read(client)).body)
      note((await update(client, strip(client))).body)
      note((await update(client, { ...strip(client), redirect_uris: [`https://app.example/#${client.client_secret}`] })).body)
      note((await update(client, { ...strip(client), client_secret: `${client.client_secret}y` })).body)
      note((await update(client, `{"client_secret":"${client.client_secret}"`)).body)
      await fetch(`${client.registration_client_uri}?access_token=${client.registration_access_token}`)
      await fetch(`${client.registration_client_uri}/${client.registration_access_token}`, { headers: bearer(client) })
      await fetch(client.registration_client_uri, { headers: { authorization: `Bearer  ${client.registration_access_token} x` } })
      await read({ ...client, registration_access_token: `${client.registration_access_token}x` })
      if (realm === server) note(await obtainTokens(server, client))
      await remove(client)
      await read(client)
    }
    const text = output.text()
    // Something was captured at all, and it is about these requests.
    expect(text).toMatch(/"path":"|"route":"|register/)
    expect(secrets.length).toBeGreaterThan(8)
    for (const secret of secrets) expect(text).not.toContain(secret)
    for (const secret of secrets) expect(text).not.toContain(secret.replace(/^rat_/, ''))
  })
})
