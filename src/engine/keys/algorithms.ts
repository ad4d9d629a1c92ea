import type { Configuration } from 'oidc-provider'
import type { Realm } from '../../registration/index.ts'
import { dpopAlgorithms } from '../tokens/dpop-proof.ts'

type EnabledAlgorithms = NonNullable<Configuration['enabledJWA']>

/** What the engine may use, member by member as registration accepts it (OIDR-ALG-01): one source for both. */
export function enabledAlgorithms(realm: Realm): EnabledAlgorithms {
  const { capabilities } = realm
  const allowed = (member: string) => (capabilities.values[member] ?? []).filter((value) => value !== 'none')
  return {
    authorizationEncryptionAlgValues: allowed('authorization_encrypted_response_alg'),
    authorizationEncryptionEncValues: allowed('authorization_encrypted_response_enc'),
    authorizationSigningAlgValues: allowed('authorization_signed_response_alg'),
    clientAuthSigningAlgValues: allowed('token_endpoint_auth_signing_alg'),
    dPoPSigningAlgValues: dpopAlgorithms(realm),
    idTokenEncryptionAlgValues: allowed('id_token_encrypted_response_alg'),
    idTokenEncryptionEncValues: allowed('id_token_encrypted_response_enc'),
    idTokenSigningAlgValues: allowed('id_token_signed_response_alg'),
    introspectionEncryptionAlgValues: allowed('introspection_encrypted_response_alg'),
    introspectionEncryptionEncValues: allowed('introspection_encrypted_response_enc'),
    introspectionSigningAlgValues: allowed('introspection_signed_response_alg'),
    requestObjectEncryptionAlgValues: allowed('request_object_encryption_alg'),
    requestObjectEncryptionEncValues: allowed('request_object_encryption_enc'),
    requestObjectSigningAlgValues: allowed('request_object_signing_alg'),
    userinfoEncryptionAlgValues: allowed('userinfo_encrypted_response_alg'),
    userinfoEncryptionEncValues: allowed('userinfo_encrypted_response_enc'),
    userinfoSigningAlgValues: allowed('userinfo_signed_response_alg'),
  } as EnabledAlgorithms
}

/** RS256 by RFC 7591 and OIDC Registration §2; a realm without it names its first as the default. */
export function defaultAlgorithm({ capabilities }: Realm, member: string): string {
  const allowed = capabilities.values[member] ?? []
  return allowed.includes('RS256') ? 'RS256' : (allowed.find((value) => value !== 'none') ?? 'RS256')
}
