import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { dialectsOf } from '../../src/http/dialects/index.ts'
import { dialectNames, httpOptions } from '../../src/http/index.ts'
import { options, realm } from './world.ts'

const names = [...dialectNames]

describe('the options of the public listener', () => {
  it('are complete and valid when nothing is set, and trust nobody', () => {
    const defaults = Value.Default(httpOptions, { rateLimits: {} })
    expect(options()).toMatchObject({ trustedProxies: [], bodyBytesMax: 65_536 })
    expect(Value.Check(httpOptions, { ...(defaults as object), rateLimits: options().rateLimits })).toBe(true)
  })

  it.each([
    ['an unknown key', { bodySize: 1 }],
    ['a proxy by name', { trustedProxies: ['proxy.example'] }],
    ['an unknown certificate format', { clientCertificateHeader: { name: 'x', format: 'pem' } }],
    ['a body limit of nothing', { bodyBytesMax: 0 }],
    ['TLS without a key', { tls: { certificateFile: 'a' } }],
    ['a limit of nothing', { rateLimits: { registrations: { requestsMax: 0 } } }],
  ])('do not accept %s', (_name, given) => {
    expect(Value.Check(httpOptions, options(given))).toBe(false)
  })

  it('name exactly the dialects that there are', () => {
    const spoken = dialectsOf(realm({ dialects: names })).map(({ rules }) => rules.name)
    expect([...spoken].sort()).toEqual([...names].sort())
  })
})
