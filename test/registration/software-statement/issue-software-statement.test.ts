import { decodeProtectedHeader } from 'jose'
import { describe, expect, it } from 'vitest'
import type { JsonObject, StatementOrder } from '../../../src/registration/index.ts'
import { verifySoftwareStatement } from '../../../src/registration/software-statement/verify-software-statement.ts'
import { clientKey } from '../../support/client-keys.ts'
import { quickstartRealm } from '../../support/realm.ts'
import { refusalOf } from '../../support/refusal-of.ts'
import { issuedAt, issuerEntry, signJwt, statementPorts } from '../../support/statement-issuer.ts'
import { createWorld } from '../../support/world.ts'

const directoryKey = await clientKey('ES256', 'realm-key')
const directory = quickstartRealm({ name: 'directory', issuer: 'https://directory.example' })
const claims = { client_name: 'App', redirect_uris: ['https://app.example/cb'], org_name: 'Bank', software_id: 'one' }

function issue(changes: Partial<StatementOrder> = {}) {
  const world = createWorld(
    {},
    { statementSigner: { sign: (_realm, payload, alg) => signJwt(payload, { alg, kid: 'realm-key' }, directoryKey) } },
  )
  world.now = issuedAt
  return { world, issued: world.registration.issueSoftwareStatement({ realm: directory, actor: 'admin', claims, ...changes }) }
}

describe('a statement that the realm does not issue', () => {
  it.each<readonly [string, JsonObject]>([
    ['nothing', {}],
    ['iss', { ...claims, iss: 'https://evil.example' }],
    ['sub', { ...claims, sub: 'somebody' }],
    ['exp', { ...claims, exp: 1 }],
    ['client_id', { ...claims, client_id: 'chosen' }],
    ['software_statement', { ...claims, software_statement: 'nested' }],
    ['logo_uri', { ...claims, logo_uri: 'logo.png' }],
    ['redirect_uris', { redirect_uris: ['https://app.example/cb', 'https://app.example/../cb'] }],
    ['grant_types', { grant_types: 'authorization_code' }],
    ['org_name', { ...claims, org_name: '' }],
    ['org', { ...claims, org: { name: 'a\0b' } }],
  ])('is one with %s', async (name, given) => {
    const { world, issued } = issue({ claims: given })
    const refusal = await refusalOf(issued)
    const member = name === 'nothing' ? 'claims' : `claims/${name}`
    expect(refusal.violations).toEqual([expect.objectContaining({ member })])
    expect(world.store.events).toEqual([])
  })

  it('is one with an algorithm that the realm has no key for, or that is too large', async () => {
    expect(await refusalOf(issue({ alg: 'HS256' }).issued)).toMatchObject({ violations: [{ member: 'alg' }] })
    const large = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`claim_${index}`, 'x'.repeat(400)]))
    expect(await refusalOf(issue({ claims: large }).issued)).toMatchObject({ violations: [{ member: 'claims' }] })
  })
})

describe('a statement that the realm issues', () => {
  it('is verified by a realm that trusts it, and by that realm alone', async () => {
    const { issued } = issue({ audience: ['https://bank.example'], lifetimeSeconds: 600 })
    const { software_statement: statement, jti, expiresAt } = await issued
    expect(decodeProtectedHeader(statement)).toEqual({ alg: 'ES256', kid: 'realm-key' })
    expect(expiresAt).toBe(issuedAt + 600)
    const entry = issuerEntry({
      keys: { kind: 'jwks', jwks: { keys: [directoryKey.jwk as JsonObject] } },
      ...{ audience: 'required', requireExpiry: true, replay: 'refused', echo: 'all' },
    })
    const bank = quickstartRealm({ issuer: 'https://bank.example', statementIssuers: [entry] })
    const verified = await verifySoftwareStatement(statement, bank, statementPorts().ports)
    expect(verified.metadata).toEqual({ client_name: 'App', redirect_uris: ['https://app.example/cb'], software_id: 'one' })
    expect(verified.clientStatement).toMatchObject({ jti, echoed: { org_name: 'Bank' } })
    const other = { ...bank, issuer: 'https://other.example' }
    expect(await refusalOf(verifySoftwareStatement(statement, other, statementPorts().ports))).toMatchObject({
      code: 'invalid_software_statement',
    })
  })

  it('leaves a line in the audit trail, without what it says', async () => {
    const { world, issued } = issue()
    const { jti, software_statement: statement } = await issued
    const events = world.store.events
    expect(events).toEqual([
      expect.objectContaining({
        ...{ realm: 'directory', type: 'software-statement.issued', actor: 'admin', at: issuedAt },
        details: expect.objectContaining({ jti, softwareId: 'one', claims: Object.keys(claims) }),
      }),
    ])
    expect(JSON.stringify(events)).not.toContain(statement)
  })
})
