import type { AdminPorts } from './ports.ts'
import { Problem } from './problem.ts'

/** RFC 6750 §2.1 and §3: a bearer token in the header, nowhere else. */
export function requireAdministrator(
  { isAdministrator }: Pick<AdminPorts, 'isAdministrator'>,
  authorization: string | undefined,
): void {
  const token = bearerToken(authorization)
  if (token === undefined) {
    throw new Problem(401, 'token_required', 'send the administrator token as Authorization: Bearer …', {
      headers: { 'www-authenticate': 'Bearer realm="admin"' },
    })
  }
  if (isAdministrator(token)) return
  throw new Problem(401, 'invalid_token', 'this is not the administrator token', {
    headers: { 'www-authenticate': 'Bearer realm="admin", error="invalid_token"' },
  })
}

function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization ?? '')?.[1]
}
