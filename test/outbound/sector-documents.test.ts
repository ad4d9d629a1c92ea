import { describe, expect, it } from 'vitest'
import type { Realm } from '../../src/registration/index.ts'
import { Refusal } from '../../src/registration/index.ts'
import { outboundWith, serve } from './hostile-server.ts'

const realm = { name: 'default' } as Realm

async function fetchSector(listener: Parameters<typeof serve>[0]): Promise<unknown> {
  const server = await serve(listener)
  const outbound = outboundWith({ allowedOrigins: [server.origin], totalTimeoutSeconds: 1 })
  return outbound.sectorDocuments.fetch(realm, `${server.origin}/sector.json`).catch((error: unknown) => error)
}
const sending =
  (body: string | Buffer, type = 'application/json'): Parameters<typeof serve>[0] =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': type })
    response.end(body)
  }

describe('sector documents (OIDR-SEC-03)', () => {
  it.each<readonly [string, Parameters<typeof serve>[0]]>([
    ['an object', sending('{"redirect_uris":["https://a.example/cb"]}')],
    ['a string', sending('"https://a.example/cb"')],
    ['an array with a number', sending('["https://a.example/cb",1]')],
    ['an array with null', sending('[null]')],
    ['an array within an array', sending('[["https://a.example/cb"]]')],
    ['no JSON', sending('["https://a.example/cb"')],
    ['nothing', sending('')],
    ['bytes that are no UTF-8', sending(Buffer.from([0x5b, 0x22, 0xff, 0xfe, 0x22, 0x5d]))],
    ['deep nesting', sending('['.repeat(60_000))],
    ['a page', sending('["https://a.example/cb"]', 'text/html')],
    ['100 kB', sending(JSON.stringify(['x'.repeat(100_000)]))],
    ['404', (_request, response) => response.writeHead(404).end('[]')],
    ['a redirect', (_request, response) => response.writeHead(302, { location: '/other' }).end('[]')],
    ['no answer in time', () => undefined],
  ])('refuses %s with the same words as everything else', async (_what, listener) => {
    const refusal = await fetchSector(listener)
    expect(refusal).toBeInstanceOf(Refusal)
    expect(refusal).toMatchObject({
      code: 'invalid_client_metadata',
      message: 'sector_identifier_uri must be an https URL that gives a JSON array of strings',
      violations: [{ member: 'sector_identifier_uri' }],
    })
  })

  it('refuses an http URL without any request being made (OIDR-SEC-01, OIDR-SEC-10)', async () => {
    const server = await serve(sending('[]'))
    const outbound = outboundWith({})
    await expect(outbound.sectorDocuments.fetch(realm, `${server.origin}/sector.json`)).rejects.toThrow(Refusal)
    expect(server.connections()).toBe(0)
  })

  it('gives the strings as they are written (OIDR-SEC-09)', async () => {
    const uris = ['https://a.example/cb', 'https://A.example/cb/', 'app.example:/cb']
    expect(await fetchSector(sending(JSON.stringify(uris)))).toEqual(uris)
    expect(await fetchSector(sending('[]'))).toEqual([])
  })
})
