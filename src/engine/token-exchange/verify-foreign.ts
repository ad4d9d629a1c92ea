import { errors } from 'oidc-provider'
import {
  type AssertionDemand,
  type AssertionIssuer,
  Refusal,
  readAssertion,
  type VerifiedAssertion,
  verifyAssertion,
} from '../../registration/index.ts'
import { mtlsIssuerOf } from '../discovery.ts'
import { type Context, runtimeOf } from '../runtime.ts'
import { keysOfIssuer } from './assertion-keys.ts'
import { isBringer } from './exchange-origin.ts'

/** What an assertion in a request is refused with, which RFC 8693 §2.2.2 and RFC 7521 §4.1.1 see differently. */
export type RefuseAssertion = (description: string) => Error

export interface ForeignDemand extends Pick<AssertionDemand, 'name'> {
  readonly value: string
  readonly refuse: RefuseAssertion
  /** What is demanded further of a JWT of this type (RFC 8725 §3.11); `undefined`: such a JWT is something else. */
  readonly demandOf: (typ: string | undefined, iss: unknown) => Omit<AssertionDemand, 'name'> | undefined
}

/** An assertion that this client may bring, verified as the entry of its issuer wants it. */
export async function verifyForeign(ctx: Context, { name, value, refuse, demandOf }: ForeignDemand): Promise<VerifiedAssertion> {
  const runtime = runtimeOf(ctx)
  const { ports, realm } = runtime
  try {
    const jws = readAssertion(value, name)
    const demand = demandOf(jws.typ, jws.claims['iss'])
    if (demand === undefined) throw refuse(`${name} is a JWT of another type`)
    const verified = await verifyAssertion(jws, { name, ...demand }, { realm, now: ports.now() }, (issuer) =>
      keysOfIssuer(runtime, issuer, jws.kid),
    )
    checkBringer(ctx, verified.issuer, { name, refuse })
    return verified
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    ports.log?.('assertion_refused', { realm: realm.name, parameter: name, reason: error.internal ?? error.message })
    throw refuse(error.message)
  }
}

function checkBringer(
  { oidc: { client } }: Context,
  issuer: AssertionIssuer,
  { name, refuse }: Pick<ForeignDemand, 'name' | 'refuse'>,
): void {
  if (client === undefined || !isBringer(issuer, client.clientId)) {
    throw refuse(`${name} is from an issuer whose assertions this client may not bring`)
  }
  if (client.clientAuthMethod === 'none' && !issuer.publicClients) {
    throw new errors.UnauthorizedClient(`${name} is from an issuer whose assertions need a client that authenticates`)
  }
}

/** RFC 7523 §3, item 3: the issuer of the realm, or its token endpoint under any of its addresses. */
export function ownAudiences(ctx: Context): readonly string[] {
  const { provider, realm } = runtimeOf(ctx)
  const endpoint = provider.urlFor('token')
  const mtlsIssuer = mtlsIssuerOf(realm)
  const atMtls = mtlsIssuer === undefined ? [] : [endpoint.replace(realm.issuer, mtlsIssuer)]
  return [...new Set([realm.issuer, endpoint, ctx.oidc.urlFor('token'), ...atMtls])]
}
