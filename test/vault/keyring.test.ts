import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createEntropy, createKeyring } from '../../src/vault/index.ts'

const first = randomBytes(32)
const second = randomBytes(32)

describe('the keyring', () => {
  it('refuses a root secret of fewer than 32 bytes', () => {
    expect(() => createKeyring([randomBytes(31)])).toThrow('at least 32 bytes')
  })

  it('refuses to open what was changed', () => {
    const vault = createKeyring([first])
    const sealed = vault.seal('a secret')
    const last = sealed.at(-2) === 'A' ? 'B' : 'A'
    expect(() => vault.open(`${sealed.slice(0, -2)}${last}${sealed.at(-1)}`)).toThrow()
  })

  it('refuses to open what another root secret sealed', () => {
    const sealed = createKeyring([first]).seal('a secret')
    expect(() => createKeyring([second]).open(sealed)).toThrow('root secret')
  })

  it('does not match a digest of another value or under another root secret', () => {
    const vault = createKeyring([first])
    expect(vault.matches('b', vault.digest('a'))).toBe(false)
    expect(createKeyring([second]).matches('a', vault.digest('a'))).toBe(false)
    expect(vault.matches('', '')).toBe(false)
  })

  it('opens what it sealed, never sealing the same way twice', () => {
    const vault = createKeyring([first])
    expect(vault.open(vault.seal('grüße'))).toBe('grüße')
    expect(vault.seal('x')).not.toBe(vault.seal('x'))
  })

  it('still opens and matches under an older root secret while sealing under the newest', () => {
    const old = createKeyring([first])
    const rotated = createKeyring([second, first])
    expect(rotated.open(old.seal('kept'))).toBe('kept')
    expect(rotated.matches('kept', old.digest('kept'))).toBe(true)
    expect(rotated.digests('kept')).toEqual([rotated.digest('kept'), old.digest('kept')])
    expect(() => old.open(rotated.seal('new'))).toThrow()
  })

  it('derives the same key for one purpose on every node, and another for another purpose', () => {
    const key = createKeyring([first]).derivedKey('cookies', 32)
    expect(createKeyring([first]).derivedKey('cookies', 32)).toEqual(key)
    expect(createKeyring([first]).derivedKey('anti-forgery', 32)).not.toEqual(key)
  })
})

describe('entropy', () => {
  it('makes identifiers that sort by time (RFC 9562 §5.7)', () => {
    let now = 1_700_000_000_000
    const entropy = createEntropy(() => now++)
    const ids = Array.from({ length: 100 }, () => entropy.id())
    expect(ids).toEqual([...ids].sort())
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('makes secrets of 256 bits that need no escaping, never twice (DCR-RSP-04, DCR-RSP-12)', () => {
    const entropy = createEntropy()
    const secrets = new Set(Array.from({ length: 100_000 }, () => entropy.secret()))
    expect(secrets.size).toBe(100_000)
    for (const secret of [...secrets].slice(0, 1000)) expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/)
  })

  it('never makes the same identifier twice (DCR-RSP-03)', () => {
    const entropy = createEntropy()
    expect(new Set(Array.from({ length: 100_000 }, () => entropy.id())).size).toBe(100_000)
  })
})
