import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/registration/index.ts'
import { admit, refusalOf } from './admit.ts'

interface Fixture {
  readonly name: string
  readonly body: JsonObject
  readonly expect: {
    readonly outcome: 'accepted' | 'refused'
    readonly error?: string
    /** The member that the description has to name. */
    readonly reason?: string
    readonly metadata?: JsonObject
  }
}

const folder = new URL('../../fixtures/registrations/', import.meta.url)
const fixtures = readdirSync(folder).map((file): Fixture => JSON.parse(readFileSync(new URL(file, folder), 'utf8')))

describe('what deployed clients send', () => {
  for (const { name, body, expect: expected } of fixtures.filter((fixture) => fixture.expect.outcome === 'accepted')) {
    it(`is accepted from ${name}, redirect URIs unchanged (DCR-RU-07)`, () => {
      const metadata = admit(body)
      expect(metadata).toMatchObject(expected.metadata ?? {})
      expect(metadata.redirect_uris).toEqual(body['redirect_uris'])
      expect(Object.values(metadata).filter((value) => value === null || value === '')).toEqual([])
    })
  }

  for (const { name, body, expect: expected } of fixtures.filter((fixture) => fixture.expect.outcome === 'refused')) {
    it(`is refused with a reason from ${name}`, () => {
      const refusal = refusalOf(body)
      expect(refusal.message).toMatch(/^[ -~]+$/)
      if (expected.error !== undefined) expect(refusal.code).toBe(expected.error)
      if (expected.reason !== undefined) expect(refusal.message).toContain(expected.reason)
    })
  }
})
