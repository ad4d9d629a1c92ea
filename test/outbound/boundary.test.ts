import { describe, expect, it } from 'vitest'
import { createBoundary } from '../../src/outbound/boundary.ts'
import { OutboundFailure, type OutboundOptions } from '../../src/outbound/index.ts'
import { optionsWith } from './hostile-server.ts'

const boundaryWith = (settings: Partial<OutboundOptions> = {}, development = false) =>
  createBoundary(optionsWith(settings), development)
const admits = (url: string, settings: Partial<OutboundOptions> = {}, development = false): boolean => {
  try {
    boundaryWith(settings, development).admitUrl(url)
    return true
  } catch (error) {
    expect(error).toBeInstanceOf(OutboundFailure)
    return false
  }
}

/** The first and last addresses of each block. */
const specialUse: readonly (readonly [network: string, ...addresses: string[]])[] = [
  ['0/8', '0.0.0.0', '0.255.255.255'],
  ['10/8', '10.0.0.0', '10.255.255.255'],
  ['100.64/10', '100.64.0.0', '100.127.255.255'],
  ['127/8', '127.0.0.1', '127.255.255.255'],
  ['169.254/16', '169.254.0.0', '169.254.169.254', '169.254.255.255'],
  ['172.16/12', '172.16.0.0', '172.31.255.255'],
  ['192.0.0/24', '192.0.0.0', '192.0.0.255'],
  ['192.0.2/24', '192.0.2.0', '192.0.2.255'],
  ['192.88.99/24', '192.88.99.0', '192.88.99.255'],
  ['192.168/16', '192.168.0.0', '192.168.255.255'],
  ['198.18/15', '198.18.0.0', '198.19.255.255'],
  ['198.51.100/24', '198.51.100.0', '198.51.100.255'],
  ['203.0.113/24', '203.0.113.0', '203.0.113.255'],
  ['224/4', '224.0.0.0', '239.255.255.255'],
  ['240/4', '240.0.0.0', '255.255.255.254'],
  ['broadcast', '255.255.255.255'],
  ['::', '::'],
  ['::1', '::1'],
  ['IPv4-compatible', '::127.0.0.1', '::10.0.0.1', '::8.8.8.8'],
  ['IPv4-mapped', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:a9fe:a9fe', '::ffff:0:0'],
  ['IPv4-translated', '::ffff:0:127.0.0.1'],
  ['64:ff9b::/96', '64:ff9b::', '64:ff9b::7f00:1', '64:ff9b::8.8.8.8'],
  ['64:ff9b:1::/48', '64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff'],
  ['100::/64', '100::', '100::ffff:ffff:ffff:ffff'],
  ['2001::/23', '2001::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2001:db8::/32', '2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2002::/16', '2002::', '2002:7f00:1::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['3fff::/20', '3fff::', '3fff:fff::'],
  ['4000::/3 and up, never assigned', '4000::', '5f00::1', '8000::1', 'e000::1'],
  ['fc00::/7', 'fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['fe80::/10', 'fe80::', 'fe80::1%eth0', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['fec0::/10', 'fec0::', 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['ff00::/8', 'ff00::', 'ff02::1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['no address', '', 'localhost', '1', '127.1', 'fe80::1%', '::ffff:300.1.1.1'],
]

describe('special-use addresses', () => {
  it.each(specialUse)('does not permit %s (SEC-SSRF-03)', (_network, ...addresses) => {
    for (const address of addresses) expect(boundaryWith().permits(address, false), address).toBe(false)
  })

  it.each([
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2606:4700::1111',
    '2a00:1450::1',
    '::ffff:8.8.8.8',
  ])('permits %s', (address) => {
    expect(boundaryWith().permits(address, false)).toBe(true)
  })
})

describe('spellings of inside addresses', () => {
  it.each([
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0x7f.1/',
    'https://017700000001/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://127.0.1/',
    'https://0/',
    'https://127.0.0.1./',
    'https://１２７.０.０.１/',
    'https://127。0。0。1/',
    'https://%31%32%37.0.0.1/',
    'https://[::1]/',
    'https://[0:0:0:0:0:0:0:1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::127.0.0.1]/',
    'https://[64:ff9b::127.0.0.1]/',
    'https://[fe80::1%25eth0]/',
    'https://[fe80::1]/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[fd00:ec2::254]/',
    'https://10.0.0.1/',
    'https://0xa000001/',
  ])('refuses %s before any name is resolved (SEC-SSRF-03)', (url) => {
    expect(admits(url)).toBe(false)
  })
})

describe('URLs', () => {
  it.each([
    'http://keys.example/',
    'file:///etc/passwd',
    'gopher://keys.example/',
    'ftp://keys.example/',
    'data:application/json,{}',
    'javascript:1',
    'blob:https://keys.example/1',
    'ws://keys.example/',
  ])('refuses the scheme of %s (SEC-SSRF-01)', (url) => {
    expect(admits(url)).toBe(false)
  })

  it.each(['https://keys.example:22/', 'https://keys.example:6379/', 'https://keys.example:80/', 'https://keys.example:8443/'])(
    'refuses the port of %s (SEC-SSRF-08)',
    (url) => {
      expect(admits(url)).toBe(false)
    },
  )

  it.each([
    ['credentials', 'https://user:secret@keys.example/'],
    ['a user alone', 'https://user@keys.example/'],
    ['a host that ends with a dot', 'https://keys.example./'],
    ['a tab', 'https://keys.\texample/'],
    ['a line break', 'https://keys.example/\n'],
    ['a leading space', ' https://keys.example/'],
    ['a backslash', 'https:\\\\keys.example\\'],
    ['no scheme', 'keys.example'],
    ['nothing', ''],
    ['a path of 3 kB', `https://keys.example/${'a'.repeat(3000)}`],
  ])('refuses a URL with %s', (_what, url) => {
    expect(admits(url)).toBe(false)
  })

  it('admits https on port 443 and on listed ports', () => {
    expect(admits('https://keys.example/jwks?v=1')).toBe(true)
    expect(admits('https://keys.example:443/jwks')).toBe(true)
    expect(admits('https://keys.example:8443/jwks', { ports: [443, 8443] })).toBe(true)
    expect(admits('https://keys.example/jwks', { ports: [8443] })).toBe(false)
  })
})

describe('what an operator allows and denies (SEC-SSRF-10)', () => {
  const allowedOrigins = ['http://127.0.0.1:9000', 'https://keys.internal.example']

  it('admits an allowed origin as it is written, and none of its neighbours', () => {
    expect(admits('http://127.0.0.1:9000/jwks', { allowedOrigins })).toBe(true)
    expect(admits('http://127.0.0.1:9001/jwks', { allowedOrigins })).toBe(false)
    expect(admits('https://127.0.0.1:9000/jwks', { allowedOrigins })).toBe(false)
    expect(admits('http://keys.internal.example/jwks', { allowedOrigins })).toBe(false)
  })

  it('permits addresses of an allowed network, but no plain http and no other port there', () => {
    const allowedNetworks = ['10.1.0.0/16', 'fd00:1::/32']
    expect(admits('https://10.1.2.3/', { allowedNetworks })).toBe(true)
    expect(admits('https://[fd00:1::2]/', { allowedNetworks })).toBe(true)
    expect(admits('https://[::ffff:10.1.2.3]/', { allowedNetworks })).toBe(true)
    expect(admits('https://10.2.2.3/', { allowedNetworks })).toBe(false)
    expect(admits('http://10.1.2.3/', { allowedNetworks })).toBe(false)
    expect(admits('https://10.1.2.3:8443/', { allowedNetworks })).toBe(false)
  })

  it('denies a host with its subdomains, and a network, whatever else is allowed', () => {
    const denied = { deniedHosts: ['Evil.example'], deniedNetworks: ['10.1.9.0/24', '8.8.8.0/24'] }
    expect(admits('https://evil.example/', denied)).toBe(false)
    expect(admits('https://a.evil.EXAMPLE/', denied)).toBe(false)
    expect(admits('https://notevil.example/', denied)).toBe(true)
    expect(admits('https://8.8.8.8/', denied)).toBe(false)
    expect(admits('https://10.1.9.1/', { ...denied, allowedNetworks: ['10.1.0.0/16'] })).toBe(false)
    expect(admits('https://10.1.9.1/', { ...denied, allowedOrigins: ['https://10.1.9.1'] })).toBe(false)
  })

  it('permits plain http, any port, loopback and private addresses in development, but never link-local ones', () => {
    expect(admits('http://localhost:3000/jwks', {}, true)).toBe(true)
    expect(admits('http://127.0.0.1:3000/jwks', {}, true)).toBe(true)
    expect(admits('http://192.168.1.2:3000/jwks', {}, true)).toBe(true)
    expect(admits('http://169.254.169.254/latest', {}, true)).toBe(false)
    expect(admits('http://0.0.0.0:3000/', {}, true)).toBe(false)
    expect(admits('file:///etc/passwd', {}, true)).toBe(false)
  })
})
