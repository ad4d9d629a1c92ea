import type { AuditEvent, EpochSeconds, IdentityProvider, Realm } from '../../registration/index.ts'
import { type JsonObject, jsonEqual } from '../../registration/index.ts'
import type { User } from '../user.ts'
import { mapClaims, usernamesOf, verifiedEmail } from './map-claims.ts'
import type { AccountLink, UpstreamPorts } from './ports.ts'
import type { UpstreamIdentity } from './relying-party.ts'
import { UpstreamFailure } from './upstream-failure.ts'

interface Arrival {
  readonly realm: Realm
  readonly provider: IdentityProvider
  readonly identity: UpstreamIdentity
  readonly now: EpochSeconds
}

/** Who somebody from a provider is here. @throws UpstreamFailure for whoever is not let in. */
export async function resolveAccount(ports: UpstreamPorts, arrival: Arrival): Promise<User> {
  const claims = mapClaims(arrival.provider, arrival.identity)
  const link = linkOf(arrival)
  const user = (await known(ports, link, claims)) ?? (await linked(ports, arrival)) ?? (await created(ports, arrival, claims))
  if (!user.active) throw new UpstreamFailure('notAllowed', 'the account is not active')
  return user
}

function linkOf({ realm, provider, identity: { issuer, subject } }: Arrival): AccountLink {
  return { realm: realm.name, provider: provider.id, issuer, subject }
}

/** An account that came to be there follows what is said there. */
async function known({ accounts }: UpstreamPorts, link: AccountLink, claims: User['claims']): Promise<User | undefined> {
  const user = await accounts.find(link)
  if (user?.ownsAccount && user.active && !jsonEqual(user.claims as JsonObject, claims as JsonObject)) {
    await accounts.saveClaims(link.realm, user.id, claims)
  }
  return user
}

async function linked({ accounts }: UpstreamPorts, arrival: Arrival): Promise<User | undefined> {
  const { realm, provider, identity } = arrival
  const email = provider.linkByVerifiedEmail ? verifiedEmail(identity) : undefined
  if (email === undefined) return undefined
  const [user, ...others] = await accounts.findByVerifiedEmail(realm.name, email)
  if (user === undefined) return undefined
  if (others.length > 0) throw new UpstreamFailure('notAllowed', 'several accounts have the e-mail address')
  if (!user.active) return user
  const isNew = await accounts.link(linkOf(arrival), user.id, eventOf(arrival, 'account.linked', user.id))
  return isNew ? user : accounts.find(linkOf(arrival))
}

async function created({ accounts, newId }: UpstreamPorts, arrival: Arrival, claims: User['claims']): Promise<User> {
  const { provider, identity } = arrival
  if (provider.accounts === 'existing') throw new UpstreamFailure('notAllowed', 'there is no account, and none is made')
  const id = newId()
  const account = { id, usernames: usernamesOf(provider, identity, id), claims }
  const link = linkOf(arrival)
  const user = await accounts.create(link, account, eventOf(arrival, 'account.created', id))
  const found = user ?? (await accounts.find(link))
  if (found === undefined) throw new Error('a link that was there is gone')
  return found
}

function eventOf({ realm, provider, now }: Arrival, type: string, accountId: string): AuditEvent {
  return { realm: realm.name, type, at: now, actor: `identity-provider:${provider.id}`, details: { accountId } }
}
