import { tokenExchangeGrant } from '../../registration/index.ts'
import { type Context, runtimeOf } from '../runtime.ts'
import { factsAbout } from '../seam/seam.ts'

type Claims = Readonly<Record<string, unknown>>

const ofExchanged = new WeakMap<object, Claims>()

/** What an exchanged token is to say besides what every token says; before it is saved. */
export function tellInToken(token: object, claims: Claims): void {
  ofExchanged.set(token, claims)
}

/** Whom an exchanged token speaks about, where that is not a person. */
export function clientSubjectOf(token: object): unknown {
  return ofExchanged.get(token)?.['sub']
}

const audiences = new WeakMap<object, readonly string[]>()

/** The engine knows one audience of a token; before it is saved. */
export function tellAudiences(token: object, several: readonly string[]): void {
  audiences.set(token, several)
}

export function audiencesOf(token: object): readonly string[] | undefined {
  return audiences.get(token)
}

/** Claims of access tokens beyond the protocol's own (the engine's `extraTokenClaims`). */
export async function extraTokenClaims(ctx: Context, token: object): Promise<Record<string, unknown>> {
  const { client } = ctx.oidc
  return {
    ...(client === undefined ? {} : factsAbout(client).tokenClaims),
    ...(await mayActOf(ctx)),
    ...ofExchanged.get(token),
  }
}

/** RFC 8693 §4.4: who may act for a person stands among the person's claims, and is of use only where tokens are exchanged. */
async function mayActOf(ctx: Context): Promise<Claims> {
  const { account, client } = ctx.oidc
  if (account === undefined || client === undefined || !isServed(ctx)) return {}
  const { may_act: mayAct } = await account.claims('userinfo', '', {}, [])
  return typeof mayAct === 'object' && mayAct !== null ? { may_act: mayAct } : {}
}

function isServed(ctx: Context): boolean {
  return runtimeOf(ctx).realm.capabilities.grantTypes.includes(tokenExchangeGrant)
}
