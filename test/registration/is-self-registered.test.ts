import { describe, expect, it } from 'vitest'
import { type Channel, isSelfRegistered, type StatementIssuer } from '../../src/registration/index.ts'
import { clientFrom, realmAt } from '../support/engine-realm.ts'

const issuer = { id: 'scheme', issuer: 'https://scheme.example', allowUnsigned: false } as StatementIssuer
const lax = { ...issuer, id: 'lax', allowUnsigned: true }
const realm = { ...realmAt('https://issuer.example'), statementIssuers: [issuer, lax] }

function attestedBy(issuerId: string) {
  const statement = { issuerId, issuer: 'https://scheme.example', digest: 'd', verifiedAt: 0, metadata: {} }
  return { ...clientFrom({ client_id: 'c', channel: 'software-statement' }), statement } as ReturnType<typeof clientFrom>
}

describe('a client', () => {
  it.each(['open', 'metadata-document'] satisfies Channel[])('that came by %s has nobody who vouches for it', (channel) => {
    expect(isSelfRegistered(clientFrom({ client_id: 'c', channel }), realm)).toBe(true)
  })

  it('has nobody either whose statement need not have been signed', () => {
    expect(isSelfRegistered(attestedBy('lax'), realm)).toBe(true)
  })

  it('has nobody either whose issuer is not believed any more', () => {
    expect(isSelfRegistered(attestedBy('gone'), realm)).toBe(true)
  })

  it.each(['initial-access-token', 'certificate', 'administrator', 'provisioned'] satisfies Channel[])(
    'that came by %s has somebody',
    (channel) => {
      expect(isSelfRegistered(clientFrom({ client_id: 'c', channel }), realm)).toBe(false)
    },
  )

  it('that a signed statement attests has somebody', () => {
    expect(isSelfRegistered(attestedBy('scheme'), realm)).toBe(false)
  })
})
