import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ClientMetadata, JsonObject } from '../../src/registration/index.ts'
import { findMember } from '../../src/registration/metadata/members.ts'
import { contextOf, judgeSync, optionsOf } from './policy-context.ts'
import { loadPolicyFolder } from './policy-folder.ts'

const types = (await loadPolicyFolder()).all()

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.webUrl(),
  fc.constantFrom('code', 'openid', ''),
)
const texts = fc.array(text, { maxLength: 3 })
const json = fc.jsonValue({ maxDepth: 2 })

/** What can stand behind a name once it was read: every member has its JSON type. */
function valueFor(name: string): fc.Arbitrary<unknown> {
  const type = findMember(name.split('#')[0] ?? '')?.type
  if (type === 'boolean') return fc.boolean()
  if (type === 'integer') return fc.nat()
  if (type === 'object')
    return fc.record({ keys: fc.array(fc.dictionary(fc.constantFrom('kty', 'crv', 'n', 'kid', 'use'), json)) })
  if (type === 'string-array' || type === 'uri-array') return texts
  return type === undefined ? json : text
}

const names = [
  ...[
    'redirect_uris',
    'post_logout_redirect_uris',
    'initiate_login_uri',
    'client_name',
    'client_name#de',
    'client_uri',
    'tos_uri#fr',
  ],
  ...['scope', 'grant_types', 'response_types', 'token_endpoint_auth_method', 'application_type', 'jwks', 'jwks_uri', 'contacts'],
  ...['software_id', 'tls_client_auth_subject_dn', 'id_token_signed_response_alg', 'webhook_uris'],
]
const metadata = fc.record(Object.fromEntries(names.map((name) => [name, valueFor(name)])), {
  requiredKeys: [],
}) as fc.Arbitrary<ClientMetadata>
const claims = fc.dictionary(
  fc.constantFrom('software_id', 'software_roles', 'software_statement_roles', 'org_name', 'software', 'software_jwks_uri'),
  json,
) as fc.Arbitrary<JsonObject>

describe.each(types.map((type) => [type.name, type] as const))('%s', (_name, type) => {
  it('answers any client and any statement in sentences of printable ASCII', () => {
    const options = optionsOf(type, type.examples.options)
    fc.assert(
      fc.property(metadata, claims, (given, said) => {
        const statement = { issuer: 'https://directory.example', claims: said, isNew: true }
        const verdicts = judgeSync(type, contextOf({ metadata: given, statement }), options)
        const told = verdicts.flatMap((verdict) => (verdict.kind === 'refuse' ? [verdict.reason] : []))
        for (const reason of told) expect(reason).toMatch(/^[ !#-[\]-~]+$/)
      }),
      { numRuns: 100 },
    )
  })
})
