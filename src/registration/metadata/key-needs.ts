import type { ClientMetadata } from '../client.ts'
import { encryptedResponseMembers, isSymmetric } from './algorithms.ts'

/** A use that a client's own keys are put to, and the member that asks for it. */
export interface KeyNeed {
  readonly member: string
  readonly use: 'sig' | 'enc'
  /** Absent: any algorithm that the key can do. */
  readonly alg?: string
  /** RFC 8705 §2.2: the certificate itself is what is registered. */
  readonly needsCertificate: boolean
  /** Without the key the client can do nothing at all. */
  readonly isForAuthentication: boolean
}

/** Everything that a client has to have registered keys for (DCR-GR-10, OIDR-ALG-03). */
export function keyNeeds(metadata: ClientMetadata): readonly KeyNeed[] {
  const { token_endpoint_auth_method: method, token_endpoint_auth_signing_alg: alg } = metadata
  return [
    ...(method === 'private_key_jwt' ? [{ ...need('token_endpoint_auth_method', 'sig', alg), isForAuthentication: true }] : []),
    ...(method === 'self_signed_tls_client_auth'
      ? [{ ...need('token_endpoint_auth_method', 'sig', undefined), needsCertificate: true, isForAuthentication: true }]
      : []),
    ...(metadata['require_signed_request_object'] === true && metadata['request_object_signing_alg'] === undefined
      ? [need('require_signed_request_object', 'sig', undefined)]
      : []),
    ...requestSigningMembers.flatMap((member) => needOf(member, 'sig', metadata)),
    ...encryptedResponseMembers.flatMap((member) => needOf(member, 'enc', metadata)),
  ]
}

const requestSigningMembers = ['request_object_signing_alg', 'backchannel_authentication_request_signing_alg']

function needOf(member: string, use: KeyNeed['use'], metadata: ClientMetadata): readonly KeyNeed[] {
  const alg = metadata[member]
  return typeof alg !== 'string' || alg === 'none' || isSymmetric(alg) ? [] : [need(member, use, alg)]
}

function need(member: string, use: KeyNeed['use'], alg: string | undefined): KeyNeed {
  return { member, use, needsCertificate: false, isForAuthentication: false, ...(alg === undefined ? {} : { alg }) }
}
