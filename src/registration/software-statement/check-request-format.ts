import { Refusal } from '../refusal.ts'
import type { RegistrationRequest } from '../requests.ts'

/** SSP-01: whether software signs its requests is the realm's decision. A merge cannot be signed. @throws Refusal */
export function checkRequestFormat({ realm, signedRequest }: Pick<RegistrationRequest, 'realm' | 'signedRequest'>): void {
  const { accepted } = realm.registration.signedRequests
  if (accepted === 'only' && signedRequest === undefined) {
    throw new Refusal('invalid_client_metadata', 'the request must be a signed JWT (application/jwt)')
  }
  if (accepted === 'never' && signedRequest !== undefined) {
    throw new Refusal(
      'invalid_client_metadata',
      'the request must be a JSON object (application/json); signed ones are not accepted here',
    )
  }
}
