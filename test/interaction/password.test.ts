import { describe, expect, it, vi } from 'vitest'
import { hashPassword } from '../../src/interaction/index.ts'
import { isOutdated, verifyPassword } from '../../src/interaction/password.ts'

// A hash takes its time by design, and a busy machine adds to it.
vi.setConfig({ testTimeout: 60_000 })

const quick = '$scrypt$ln=4,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$OAkZqUBelG6VIYdTJfYSENL5OmZRxMa3GwXn5oFliTg'

describe('a password', () => {
  it('is refused against another password, and accepted against its own hash', async () => {
    const phc = await hashPassword('pässwörd')
    expect(await verifyPassword('passwort', phc)).toBe(false)
    expect(await verifyPassword('pässwörd', phc)).toBe(true)
  })

  it('is the same whether its accents were typed composed or decomposed', async () => {
    const phc = await hashPassword('é'.normalize('NFD'))
    expect(await verifyPassword('é'.normalize('NFC'), phc)).toBe(true)
  })

  it('is hashed with the work factor that OWASP names, and with a salt of its own', async () => {
    const [first, second] = await Promise.all([hashPassword('x'), hashPassword('x')])
    expect(first).toMatch(/^\$scrypt\$ln=17,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    expect(first).not.toBe(second)
  })

  it.each([
    ['an empty string', ''],
    ['another algorithm', '$argon2id$v=19$m=65536,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaGhhc2g'],
    ['a gigabyte of memory', quick.replace('ln=4', 'ln=20')],
    ['a hundred passes', quick.replace('p=1', 'p=99')],
    ['no work at all', quick.replace('ln=4', 'ln=0')],
    ['a truncated hash', quick.slice(0, -30)],
  ])('is never right against %s', async (_, phc) => {
    expect(await verifyPassword('correct horse', phc)).toBe(false)
  })

  it('keeps its hash while the work factor is the current one, and needs a new one after it grew', async () => {
    expect(isOutdated(quick)).toBe(true)
    expect(isOutdated(quick.replace('ln=4', 'ln=17'))).toBe(false)
    expect(await verifyPassword('correct horse', quick)).toBe(true)
  })
})
