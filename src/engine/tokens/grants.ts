import type { Grant } from 'oidc-provider'
import type { Consent } from '../ports.ts'
import { type Context, parameter, runtimeOf, words } from '../runtime.ts'
import { factsAbout } from '../seam/seam.ts'
import { grantLifetimeSeconds } from './lifetimes.ts'

/**
 * The grant under which a request is served without asking (the engine's `loadExistingGrant`): the one just consented to, the
 * operator's own software, or a consent that is remembered and still fits the client's face.
 */
export async function loadExistingGrant(ctx: Context): Promise<Grant | undefined> {
  const { client, result } = ctx.oidc
  if (client === undefined) return undefined
  const consented = result?.consent?.grantId
  if (consented !== undefined) return findGrant(ctx, consented)
  const facts = factsAbout(client)
  if (facts.firstParty) return firstPartyGrant(ctx)
  const consent = await rememberedConsent(ctx)
  return consent === undefined ? undefined : ((await sessionGrant(ctx)) ?? grantFromConsent(ctx, consent))
}

async function rememberedConsent(ctx: Context): Promise<Consent | undefined> {
  const { account, client } = ctx.oidc
  if (account === undefined || client === undefined) return undefined
  const { ports, realm } = runtimeOf(ctx)
  const consent = await ports.consents.find(realm.name, account.accountId, client.clientId)
  return consent?.faceDigest === factsAbout(client).faceDigest ? consent : undefined
}

async function sessionGrant(ctx: Context): Promise<Grant | undefined> {
  const { client, session } = ctx.oidc
  const id = client === undefined ? undefined : session?.grantIdFor(client.clientId)
  const grant = id === undefined ? undefined : await findGrant(ctx, id)
  return grant === undefined ? undefined : prolonged(ctx, grant)
}

async function findGrant(ctx: Context, id: string): Promise<Grant | undefined> {
  const grant = await ctx.oidc.provider.Grant.find(id)
  const isOurs = grant?.accountId === ctx.oidc.account?.accountId && grant?.clientId === ctx.oidc.client?.clientId
  return isOurs ? grant : undefined
}

/** Whatever is issued under a grant ends with it; one that is used again must outlast what is issued now. */
async function prolonged(ctx: Context, grant: Grant): Promise<Grant> {
  const { realm } = runtimeOf(ctx)
  if (grant.remainingTTL >= realm.tokens.refreshTokenLifetimeSeconds) return grant
  grant.exp = Math.floor(Date.now() / 1000) + grantLifetimeSeconds(realm)
  await grant.save()
  return grant
}

async function firstPartyGrant(ctx: Context): Promise<Grant> {
  const grant = (await sessionGrant(ctx)) ?? newGrant(ctx)
  grant.addOIDCScope([...ctx.oidc.requestParamOIDCScopes])
  grant.addOIDCClaims([...ctx.oidc.requestParamClaims])
  const requested = words(parameter(ctx, 'scope'))
  for (const [identifier, { scopes }] of Object.entries(ctx.oidc.resourceServers ?? {})) {
    grant.addResourceScope(
      identifier,
      requested.filter((scope) => scopes.has(scope)),
    )
  }
  await grant.save()
  return grant
}

async function grantFromConsent(ctx: Context, consent: Consent): Promise<Grant> {
  const grant = newGrant(ctx)
  if (consent.scopes.length > 0) grant.addOIDCScope([...consent.scopes])
  if (consent.claims.length > 0) grant.addOIDCClaims([...consent.claims])
  for (const [identifier, scopes] of Object.entries(consent.resourceScopes)) grant.addResourceScope(identifier, [...scopes])
  await grant.save()
  return grant
}

function newGrant(ctx: Context): Grant {
  const { account, client, provider } = ctx.oidc
  return new provider.Grant({ accountId: account?.accountId, clientId: client?.clientId })
}
