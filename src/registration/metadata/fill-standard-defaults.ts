import type { ClientMetadata } from '../client.ts'
import type { Realm } from '../realm.ts'
import { contentEncryptionMember, encryptionMembers } from './algorithms.ts'
import { amend, type Draft } from './draft.ts'
import { findGrantType } from './grant-types.ts'
import { scopesWithoutAsking, scopeWords } from './narrow-scope.ts'
import { isLoopbackRedirect, isPrivateSchemeRedirect } from './redirect-uri.ts'

/**
 * The defaults of RFC 7591 §2 and OpenID Connect Dynamic Client Registration 1.0 §2, written out. Switches that default to
 * false stay away unless sent: an absent switch and a false one are the same to every reader.
 */
export function fillStandardDefaults(draft: Draft, realm: Realm): Draft {
  const fillers = [
    defaultMethod,
    defaultApplicationType,
    defaultScope,
    defaultSubject,
    defaultUserinfoSigning,
    defaultContentEncryption,
  ]
  return fillers.reduce((filling, filler) => fillAll(filling, filler(filling.metadata, realm)), draft)
}

interface Default {
  readonly member: string
  readonly value: string | undefined
  readonly reason: string
}

function fillAll(draft: Draft, defaults: readonly Default[]): Draft {
  return defaults
    .filter(({ member, value }) => value !== undefined && draft.metadata[member] === undefined)
    .reduce((filling, { member, value, reason }) => amend(filling, member, value, reason), draft)
}

function defaultMethod({ grant_types: grants = [] }: ClientMetadata, { capabilities }: Realm): readonly Default[] {
  const served = capabilities.values['token_endpoint_auth_method'] ?? []
  const mustAuthenticate = grants.some((grant) => findGrantType(grant)?.confidential)
  // What the server can give every client by itself comes first; keys and certificates would have to come from the client.
  const preferred = ['client_secret_basic', 'client_secret_post', ...(mustAuthenticate ? [] : ['none']), 'client_secret_jwt']
  const value = preferred.find((method) => served.includes(method)) ?? served.find((method) => method !== 'none')
  return [{ member: 'token_endpoint_auth_method', value, reason: 'default of RFC 7591 2' }]
}

/** RFC 8252 §7: who listens on loopback or on a scheme of its own runs on the user's machine (OIDR-AT-10). */
function defaultApplicationType({ redirect_uris: uris = [] }: ClientMetadata, { registration }: Realm): readonly Default[] {
  const isNative =
    registration.redirectUris.inferNative && uris.some((uri) => isLoopbackRedirect(uri) || isPrivateSchemeRedirect(uri))
  return [
    isNative
      ? {
          member: 'application_type',
          value: 'native',
          reason: 'a redirect URI on loopback or with a private-use scheme means a native client',
        }
      : { member: 'application_type', value: 'web', reason: 'default of OpenID Connect Dynamic Client Registration 2' },
  ]
}

function defaultScope({ scope }: ClientMetadata, realm: Realm): readonly Default[] {
  if (scope !== undefined) return []
  const scopes = scopesWithoutAsking(realm)
  return [{ member: 'scope', value: scopes.length === 0 ? undefined : scopes.join(' '), reason: 'default scopes of the realm' }]
}

/** To a client that gets no ID tokens, neither says anything. */
function defaultSubject(metadata: ClientMetadata, { capabilities }: Realm): readonly Default[] {
  if (!getsIdTokens(metadata)) return []
  const reason = 'default of OpenID Connect Dynamic Client Registration 2'
  const subjectTypes = capabilities.values['subject_type'] ?? []
  return [
    { member: 'subject_type', value: preferring('public', subjectTypes), reason },
    {
      member: 'id_token_signed_response_alg',
      value: preferring('RS256', capabilities.values['id_token_signed_response_alg'] ?? []),
      reason,
    },
  ]
}

/** The engine signs before it encrypts, always; so the answer says with what. */
function defaultUserinfoSigning(metadata: ClientMetadata, { capabilities }: Realm): readonly Default[] {
  if (metadata['userinfo_encrypted_response_alg'] === undefined) return []
  const value = preferring('RS256', capabilities.values['userinfo_signed_response_alg'] ?? [])
  return [{ member: 'userinfo_signed_response_alg', value, reason: 'what is encrypted is signed first' }]
}

function defaultContentEncryption(metadata: ClientMetadata, { capabilities }: Realm): readonly Default[] {
  return encryptionMembers
    .filter((member) => metadata[member] !== undefined)
    .map(contentEncryptionMember)
    .map((member) => ({
      member,
      value: preferring('A128CBC-HS256', capabilities.values[member] ?? []),
      reason: 'default of OpenID Connect Dynamic Client Registration 2',
    }))
}

function getsIdTokens({ scope = '', grant_types: grants = [] }: ClientMetadata): boolean {
  return scopeWords(scope).includes('openid') && grants.some((grant) => findGrantType(grant)?.yieldsIdToken)
}

function preferring(preferred: string, served: readonly string[]): string | undefined {
  return served.includes(preferred) ? preferred : served[0]
}
