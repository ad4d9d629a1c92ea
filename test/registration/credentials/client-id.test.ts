import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newClientId } from '../../../src/registration/credentials/client-id.ts'
import { standardDialect } from '../../../src/registration/requests.ts'

const alphanumeric = { ...standardDialect, clientIdPrefix: 'dc-', clientIdForm: 'alphanumeric' as const }
const idOf = (uuid: string) => newClientId(alphanumeric, { id: () => uuid })

describe('a client_id', () => {
  it('is the identifier as it comes where the dialect wants nothing else', () => {
    const id = '0190163d-8694-739b-aea5-966c26f8ad91'
    expect(newClientId(standardDialect, { id: () => id })).toBe(id)
  })

  it('is dc- and 22 letters and digits in the form of PingFederate, whatever the bits (R0.10)', () => {
    fc.assert(fc.property(fc.uuid(), (uuid) => /^dc-[0-9A-Za-z]{22}$/.test(idOf(uuid))))
    expect(idOf('00000000-0000-0000-0000-000000000000')).toBe('dc-0000000000000000000000')
    expect(idOf('ffffffff-ffff-ffff-ffff-ffffffffffff')).toMatch(/^dc-[0-9A-Za-z]{22}$/)
  })

  it('keeps the order of the identifiers, and their difference', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (one, other) => {
        expect(Math.sign(compare(idOf(one), idOf(other)))).toBe(Math.sign(compare(one, other)))
      }),
    )
  })
})

/** As a database with collation "C" compares. */
function compare(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right))
}
