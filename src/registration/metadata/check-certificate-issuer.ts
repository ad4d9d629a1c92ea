import type { ClientMetadata } from '../client.ts'
import type { Realm } from '../realm.ts'
import type { Violation } from '../refusal.ts'
import { violation } from './violation.ts'

/** For clients that register themselves: where no certificate authority is accepted, `tls_client_auth` could never succeed. */
export function checkCertificateIssuer(metadata: ClientMetadata, { registration, trustedCas }: Realm): readonly Violation[] {
  const rule = registration.clientCertificateIssuer
  if (metadata.token_endpoint_auth_method !== 'tls_client_auth') return []
  const isSettled = rule.rule === 'one' ? trustedCas.some(({ id }) => id === rule.trustedCa) : rule.rule === 'any'
  const expectation = 'cannot be tls_client_auth for a client that registers itself here; choose another method'
  return isSettled ? [] : [violation('token_endpoint_auth_method', expectation)]
}
