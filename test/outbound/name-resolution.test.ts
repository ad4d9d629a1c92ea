import { describe, expect, it } from 'vitest'
import { checkedLookup } from '../../src/outbound/checked-lookup.ts'
import { OutboundFailure, type ResolvedAddress } from '../../src/outbound/index.ts'
import { outboundWith, serve } from './hostile-server.ts'

const four = (address: string): ResolvedAddress => ({ address, family: 4 })

describe('names', () => {
  it('resolves no name for a URL whose scheme or port is refused (SEC-SSRF-01, OIDR-SEC-10)', async () => {
    const asked: string[] = []
    const lookup = async (hostname: string) => {
      asked.push(hostname)
      return [four('8.8.8.8')]
    }
    const outbound = outboundWith({}, { lookup })
    for (const url of [
      'http://canary.example/',
      'ftp://canary.example/',
      'https://canary.example:6379/',
      'file://canary.example/etc',
    ]) {
      await expect(outbound.fetch('jwks', url)).rejects.toThrow(OutboundFailure)
    }
    expect(asked).toEqual([])
  })

  it('refuses a name that leads inside, and one of whose addresses does (SEC-SSRF-02)', async () => {
    const server = await serve((_request, response) => response.end('{}'))
    const answers = [[four('127.0.0.1')], [four('93.184.216.34'), four('127.0.0.1')], [four('127.0.0.1'), four('93.184.216.34')]]
    for (const answer of answers) {
      const outbound = outboundWith({ ports: [server.port] }, { lookup: async () => answer })
      const failure: unknown = await outbound
        .fetch('jwks', `https://rebind.example:${server.port}/`)
        .catch((error: unknown) => error)
      expect(failure).toMatchObject({ kind: 'refused', internal: 'rebind.example leads to 127.0.0.1' })
    }
    expect(server.connections()).toBe(0)
  })

  it('refuses an IPv4 address that is dressed as an IPv6 one (SEC-SSRF-02, SEC-SSRF-03)', async () => {
    for (const address of ['::ffff:127.0.0.1', '::ffff:7f00:1', '64:ff9b::7f00:1', '2002:7f00:1::', '::127.0.0.1']) {
      const outbound = outboundWith({}, { lookup: async () => [{ address, family: 6 }] })
      await expect(outbound.fetch('jwks', 'https://dressed.example/')).rejects.toMatchObject({ kind: 'refused' })
    }
  })

  it('asks for a name once for each connection, and connects to that answer alone (SEC-SSRF-02)', async () => {
    const server = await serve((_request, response) => response.end('{}'))
    let asked = 0
    // The first answer is permitted, any later one would lead elsewhere.
    const lookup = async () => {
      asked += 1
      return [four(asked === 1 ? '127.0.0.1' : '127.0.0.2')]
    }
    const settings = { allowedOrigins: [`http://name.example:${server.port}`], cacheMinimumSeconds: 0, cacheDefaultSeconds: 0 }
    const outbound = outboundWith(settings, { lookup })
    await outbound.fetch('jwks', `http://name.example:${server.port}/jwks`)
    expect(asked).toBe(1)
    expect(server.requests[0]?.socket.localAddress).toBe('127.0.0.1')
    expect(server.requests[0]?.headers.host).toBe(`name.example:${server.port}`)
  })

  it('refuses a name that turns private when it is asked for again (SEC-SSRF-02)', async () => {
    const server = await serve((_request, response) => {
      response.setHeader('connection', 'close')
      response.end('{}')
    })
    let asked = 0
    const lookup = async () => {
      asked += 1
      return [four(asked === 1 ? '127.0.0.1' : '10.0.0.1')]
    }
    const allowedNetworks = ['127.0.0.0/8']
    const caches = { cacheMinimumSeconds: 0, cacheDefaultSeconds: 0, staleSeconds: 0 }
    const outbound = outboundWith({ allowedNetworks, ports: [server.port], ...caches }, { lookup })
    // Plain http is only spoken to listed origins; over TLS the connection is opened, and ends without a certificate.
    await expect(outbound.fetch('jwks', `https://turns.example:${server.port}/a`)).rejects.toMatchObject({ kind: 'failed' })
    expect(server.connections()).toBe(1)
    await expect(outbound.fetch('jwks', `https://turns.example:${server.port}/b`)).rejects.toMatchObject({ kind: 'refused' })
    expect(server.connections()).toBe(1)
  })

  it('judges every address of a name, and hands on no more than four (SEC-SSRF-09)', async () => {
    const many = Array.from({ length: 200 }, (_, index) => four(`93.184.1.${index + 1}`))
    const judged: string[] = []
    const counted: string[] = []
    const lookup = checkedLookup(async () => many, {
      permits: (address) => judged.push(address) > 0,
      count: async (address) => {
        counted.push(address)
      },
    })
    const given = await new Promise((resolve, reject) => {
      lookup('many.example', { all: true }, (error, addresses) => (error === null ? resolve(addresses) : reject(error)))
    })
    expect(judged).toHaveLength(200)
    expect(given).toEqual(many.slice(0, 4))
    expect(counted).toEqual(many.slice(0, 4).map(({ address }) => address))
  })

  it('fails for a name without addresses', async () => {
    const outbound = outboundWith({}, { lookup: async () => [] })
    await expect(outbound.fetch('jwks', 'https://empty.example/')).rejects.toMatchObject({ kind: 'failed' })
  })

  it('resolves localhost in development, and not otherwise', async () => {
    const server = await serve((_request, response) => response.end('{}'))
    const url = `http://localhost:${server.port}/jwks`
    expect((await outboundWith({}, { development: true }).fetch('jwks', url)).status).toBe(200)
    await expect(outboundWith({}).fetch('jwks', url)).rejects.toMatchObject({ kind: 'refused' })
  })
})
