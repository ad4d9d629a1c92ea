import type { ClientMetadata, JsonValue } from '../client.ts'
import type { Realm } from '../realm.ts'
import { contentEncryptionMember, encryptionMembers } from './algorithms.ts'
import { amend, type Draft, refuse } from './draft.ts'
import { oneOf } from './echo.ts'
import { findGrantType } from './grant-types.ts'
import { memberChoices } from './members.ts'
import { authenticationAlgorithms } from './supported-values.ts'

/**
 * RP Metadata Choices 1.0: a list of what the client can do becomes the one value that is used with this server. The lists
 * themselves are input only (DCR-RMC-01).
 */
export function resolveChoices(draft: Draft, realm: Realm): Draft {
  return memberChoices().reduce((resolving, [member, list]) => {
    const choices = resolving.metadata[list]
    if (!Array.isArray(choices)) return resolving
    return resolve(withoutMember(resolving, list), realm, { member, list, choices })
  }, draft)
}

/** The same metadata without any list: a default decides, it does not offer. */
export function withoutChoices(metadata: ClientMetadata): ClientMetadata {
  const lists = memberChoices().map(([, list]) => list)
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => !lists.includes(name)))
}

interface Choice {
  readonly member: string
  readonly list: string
  readonly choices: readonly JsonValue[]
}

function resolve(draft: Draft, realm: Realm, { member, list, choices }: Choice): Draft {
  const single = draft.metadata[member]
  if (single !== undefined && !choices.includes(single))
    return refuse(draft, list, `must contain the value of ${member} (RP Metadata Choices 1.0)`)
  if (!hasUseFor(member, draft.metadata)) return draft
  const usable = usableValues(member, draft.metadata, realm)
  if (typeof single === 'string' && usable.includes(single)) return draft
  const chosen = choices.find((choice) => typeof choice === 'string' && usable.includes(choice))
  if (chosen === undefined)
    return refuse(draft, list, `names nothing that this server supports; ${member} must be ${oneOf(usable)}`)
  return amend(draft, member, chosen, `chosen from ${list}`)
}

// The choice is recorded with the single-valued member; that the list goes needs no line of its own.
function withoutMember(draft: Draft, name: string): Draft {
  const { [name]: _list, ...others } = draft.metadata
  return { ...draft, metadata: others }
}

/** A list tells what a client could do; it does not by itself ask for assertions, or for content encryption without a key. */
function hasUseFor(member: string, metadata: ClientMetadata): boolean {
  if (member === 'token_endpoint_auth_signing_alg') return authenticationAlgorithms(metadata, ['HS256', 'ES256']).length > 0
  const algorithm = encryptionMembers.find((encryption) => contentEncryptionMember(encryption) === member)
  return algorithm === undefined || metadata[algorithm] !== undefined
}

function usableValues(member: string, metadata: ClientMetadata, realm: Realm): readonly string[] {
  const supported = realm.capabilities.values[member] ?? []
  if (member === 'token_endpoint_auth_method') return supported.filter((method) => canAuthenticate(method, metadata))
  if (member === 'token_endpoint_auth_signing_alg') return authenticationAlgorithms(metadata, supported)
  return supported
}

/** A method that the same request cannot fulfil is no choice. */
function canAuthenticate(method: string, metadata: ClientMetadata): boolean {
  const { grant_types: grants = [], jwks, jwks_uri: jwksUri } = metadata
  if (method === 'none') return !grants.some((grant) => findGrantType(grant)?.confidential)
  const needsKeys = method === 'private_key_jwt' || method === 'self_signed_tls_client_auth'
  return !needsKeys || jwks !== undefined || jwksUri !== undefined
}
