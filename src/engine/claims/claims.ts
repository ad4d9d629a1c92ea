import type { Account, Configuration } from 'oidc-provider'
import type { Realm } from '../../registration/index.ts'
import type { EnginePorts } from '../ports.ts'
import { listedScopes } from '../scopes.ts'

/** OIDC Core §5.4. */
const standardClaims: Readonly<Record<string, readonly string[]>> = {
  profile: [
    'birthdate',
    'family_name',
    'gender',
    'given_name',
    'locale',
    'middle_name',
    'name',
    'nickname',
    'picture',
    'preferred_username',
    'profile',
    'updated_at',
    'website',
    'zoneinfo',
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
  // No standard has this scope, and everybody knows it.
  groups: ['groups'],
}

/** Only of scopes that the realm has: the engine would offer any other that it is told about. */
export function claimsByScope(realm: Realm): NonNullable<Configuration['claims']> {
  const names = listedScopes(realm)
  const served = Object.entries(standardClaims).filter(([scope]) => names.includes(scope))
  return {
    auth_time: null,
    iss: null,
    sid: null,
    openid: ['sub'],
    ...Object.fromEntries(served.map(([scope, claims]) => [scope, [...claims]])),
  }
}

export async function findAccount(realm: Realm, { accounts }: EnginePorts, accountId: string): Promise<Account | undefined> {
  const account = await accounts.find(realm.name, accountId)
  if (account === undefined) return undefined
  return { accountId: account.id, claims: () => ({ ...account.claims, sub: account.id }) }
}
