import type { StatementSigner } from '../../registration/index.ts'
import type { EnginePorts } from '../ports.ts'
import { signJwt } from './sign-jwt.ts'

export function createStatementSigner(ports: EnginePorts): StatementSigner {
  return {
    // No `sub` is ever in it and the type is plain: nobody can take it for an ID token or an access token (RFC 8725 §3.11).
    sign: (realm, claims, alg) => signJwt(ports, realm, claims, { alg, typ: 'JWT' }),
  }
}
