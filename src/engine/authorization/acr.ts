import { errors } from 'oidc-provider'
import type { ClientMetadata, Realm } from '../../registration/index.ts'

/** What ID tokens can say of how somebody signed in. */
export function acrValues({ passwordAcr }: Realm): string[] {
  return passwordAcr === undefined ? [] : [passwordAcr]
}

/** A sign-in that happened elsewhere says nothing about passwords of ours. */
export function acrOf({ passwordAcr }: Realm, amr: readonly string[]): { readonly acr?: string } {
  return passwordAcr !== undefined && amr.includes('pwd') ? { acr: passwordAcr } : {}
}

/** A wish, of which the engine wants to hear no value that the realm does not have (OIDR-MD-21). */
export function withKnownAcrs(metadata: ClientMetadata, realm: Realm): ClientMetadata {
  const { default_acr_values: wished, ...others } = metadata
  const known = Array.isArray(wished) ? acrValues(realm).filter((value) => wished.includes(value)) : []
  return known.length === 0 ? others : { ...others, default_acr_values: known }
}

type Claims = Readonly<Record<string, unknown>>

/** Core §5.5: members are null or objects; and nobody is asked again and again for what no sign-in here can give (§5.5.1.1). */
export function checkClaimsParameter(claims: Claims, realm: Realm): void {
  for (const container of ['userinfo', 'id_token']) {
    const members = Object.values((claims[container] ?? {}) as Claims)
    if (members.some((member) => member !== null && !isObject(member))) {
      throw new errors.InvalidRequest(`members of claims.${container} must be null or objects`)
    }
  }
  const { acr } = (claims['id_token'] ?? {}) as { readonly acr?: Claims | null }
  if (acr?.['essential'] !== true) return
  const wanted = [acr['value'] ?? acr['values'] ?? []].flat()
  if (wanted.length > 0 && !acrValues(realm).some((value) => wanted.includes(value))) {
    throw new errors.UnmetAuthenticationRequirements('no sign-in here gives the acr that is asked for')
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && !Array.isArray(value)
}
