import type { InteractionResults } from 'oidc-provider'
import type { Client } from '../../registration/index.ts'
import { faceDigest } from '../clients/client-face.ts'
import { sha256 } from '../digest.ts'

/** What the authorization request says to whoever signs people in. */
export interface InteractionRequest {
  /** Of who asks, for what, and where the answer goes: consent that is given before sign-in is given to this. */
  readonly digest: string
  /** Single claims that are asked for (OIDC Core §5.5). */
  readonly claims: readonly string[]
  readonly identityProviderHint?: string
  readonly domainHint?: string
  /** The client wants the person to prove anew who they are, or to have done so in the last so many seconds. */
  readonly asksAnew: boolean
  readonly maxAgeSeconds?: number
  /** Somebody signed in already on the way of this request, and it was not enough. */
  readonly isRepeated: boolean
}

type Parameters = Readonly<Record<string, unknown>>

/** Parameters of their own, which the engine would drop without their names. */
export const hintParameters = ['idp_hint', 'kc_idp_hint', 'domain_hint']

export function describeRequest(params: Parameters, last: InteractionResults | undefined, client: Client): InteractionRequest {
  const identityProviderHint = params['idp_hint'] ?? params['kc_idp_hint']
  const maxAge = Number(params['max_age'] ?? Number.NaN)
  return {
    digest: digestOf(params, client),
    claims: claimsOf(params['claims']),
    ...(typeof identityProviderHint === 'string' ? { identityProviderHint } : {}),
    ...(typeof params['domain_hint'] === 'string' ? { domainHint: params['domain_hint'] } : {}),
    asksAnew: String(params['prompt'] ?? '')
      .split(' ')
      .includes('login'),
    ...(Number.isInteger(maxAge) ? { maxAgeSeconds: maxAge } : {}),
    isRepeated: last?.login !== undefined,
  }
}

interface Shown {
  readonly scopes: readonly string[]
  readonly claims: readonly string[]
  readonly resources: readonly string[]
}

interface Missing {
  readonly missingScopes: readonly string[]
  readonly missingClaims: readonly string[]
  readonly missingResourceScopes: Readonly<Record<string, readonly string[]>>
}

/** Consent before sign-in is consent to what stood on its page: whatever else would be granted is asked for. */
export function wasShown(missing: Missing, { scopes, claims, resources }: Shown): boolean {
  const asked = [...missing.missingScopes, ...Object.values(missing.missingResourceScopes).flat()]
  return (
    asked.every((scope) => scopes.includes(scope)) &&
    missing.missingClaims.every((claim) => claims.includes(claim)) &&
    Object.keys(missing.missingResourceScopes).every((resource) => resources.includes(resource))
  )
}

const consentedTo = ['client_id', 'redirect_uri', 'scope', 'resource', 'claims', 'authorization_details']

function digestOf(params: Parameters, { metadata }: Client): string {
  return sha256(JSON.stringify([faceDigest(metadata), ...consentedTo.map((name) => params[name] ?? null)]))
}

/** The engine has checked its form. */
function claimsOf(claims: unknown): readonly string[] {
  if (typeof claims !== 'string') return []
  const { id_token = {}, userinfo = {} } = JSON.parse(claims) as Partial<Record<'id_token' | 'userinfo', object | null>>
  return [...new Set([...Object.keys(id_token ?? {}), ...Object.keys(userinfo ?? {})])]
}
