import type { AssertionIssuer, JsonObject, VerifiedAssertion } from '../../registration/index.ts'
import { groupsOf } from '../claims/groups-of.ts'
import { sha256 } from '../digest.ts'
import type { Account, EnginePorts } from '../ports.ts'
import type { Runtime } from '../runtime.ts'

/** Whom a foreign subject is here: an account, or somebody that only `sub` names. `undefined`: the mapping finds nobody. */
export type MappedSubject =
  | { readonly accountId: string; readonly sub: string; readonly groups: readonly string[] }
  | { readonly sub: string }

export async function mapSubject(
  { ports, realm }: Pick<Runtime, 'ports' | 'realm'>,
  { issuer, claims, sub }: Pick<VerifiedAssertion, 'issuer' | 'claims' | 'sub'>,
): Promise<MappedSubject | undefined> {
  if (issuer.subject.kind === 'foreign') return { sub: foreignSubject(issuer, claims, sub) }
  const account = await findAccount(ports, realm.name, { issuer, claims, sub })
  return account === undefined ? undefined : { accountId: account.id, sub: account.id, groups: groupsOf(account.claims) }
}

async function findAccount(
  { accounts, accountLinks }: EnginePorts,
  realm: string,
  { issuer, claims, sub }: Pick<VerifiedAssertion, 'issuer' | 'claims' | 'sub'>,
): Promise<Account | undefined> {
  if (issuer.subject.kind === 'identity-provider') {
    const { provider } = issuer.subject
    const account = await accountLinks.find({ realm, provider, issuer: issuer.issuer, subject: sub })
    return account?.active === true ? account : undefined
  }
  if (issuer.subject.kind === 'account-id') return accounts.find(realm, sub)
  const username = usernameOf(issuer, claims, sub)
  return username === undefined ? undefined : accounts.findByUsername(realm, username)
}

function usernameOf({ subject }: AssertionIssuer, claims: JsonObject, sub: string): string | undefined {
  if (subject.kind === 'table') return Object.hasOwn(subject.accounts, sub) ? subject.accounts[sub] : undefined
  if (subject.kind !== 'username') return undefined
  const name = claims[subject.claim]
  if (typeof name !== 'string' || name === '') return undefined
  return subject.claim !== 'email' || isTheirs(name, claims, subject.emailDomains) ? name : undefined
}

/** EXT-JAG-10: whoever can have any address written into an assertion would take over any account. */
function isTheirs(email: string, claims: JsonObject, domains: readonly string[]): boolean {
  if (claims['email_verified'] !== undefined && claims['email_verified'] !== true) return false
  const at = email.lastIndexOf('@')
  return at > 0 && domains.includes(email.slice(at + 1).toLowerCase())
}

/** The same person is the same to everybody here, and nobody can tell whom it is about. A tenant is part of the name. */
function foreignSubject({ issuer }: AssertionIssuer, { tenant }: JsonObject, sub: string): string {
  return sha256(JSON.stringify([issuer, tenant ?? null, sub]))
}
