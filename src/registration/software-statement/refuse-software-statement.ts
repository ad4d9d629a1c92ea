import { decodeJwt, decodeProtectedHeader } from 'jose'
import type { ClientMetadata } from '../client.ts'
import { Refusal } from '../refusal.ts'

/**
 * No statement issuer is trusted in any realm yet. Ignoring the statement is allowed (RFC 7591 §3.1.1), but would silently
 * lose values that somebody attested; so it is refused, and told apart from one that is not a statement at all (DCR-SS-05).
 */
export function refuseSoftwareStatement({ software_statement: statement }: ClientMetadata): void {
  if (statement === undefined) return
  if (!isSignedJwt(statement)) {
    throw new Refusal('invalid_software_statement', 'software_statement must be a signed JWT in compact form with an iss claim', {
      member: 'software_statement',
    })
  }
  throw new Refusal('unapproved_software_statement', 'the issuer of software_statement is not trusted; register without one', {
    member: 'software_statement',
  })
}

function isSignedJwt(statement: string): boolean {
  try {
    const { alg } = decodeProtectedHeader(statement)
    return alg !== undefined && alg !== 'none' && typeof decodeJwt(statement).iss === 'string'
  } catch {
    return false // Not a JWT: exactly what is being asked.
  }
}
