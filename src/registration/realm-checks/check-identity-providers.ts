import { type IdentityProvider, ownClaims } from '../identity-provider.ts'
import type { Realm } from '../realm.ts'
import { type RealmProblem, twins } from './realm-problem.ts'

/** Where people sign in is decided once, by somebody who may; what is wrong with it must not wait for the first of them. */
export function checkIdentityProviders(realm: Realm): readonly RealmProblem[] {
  const path = ['identityProviders']
  return [
    ...twins(
      path,
      realm.identityProviders.map(({ id }) => id),
    ),
    ...realm.identityProviders.flatMap((provider, index) =>
      [
        ...checkIssuer(provider, realm),
        ...checkSecret(provider),
        ...checkScopes(provider),
        ...checkClaims(provider),
        ...checkSignIn(provider, realm),
      ].map((problem) => ({ ...problem, path: [...path, index, ...problem.path] })),
    ),
  ]
}

/** OIDC Discovery §3: https, and neither query nor fragment. */
function checkIssuer({ issuer }: IdentityProvider, realm: Realm): readonly RealmProblem[] {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined
  const isWeb = url?.protocol === 'https:' || (realm.development && url?.protocol === 'http:')
  const isPlain = url !== undefined && url.username === '' && url.password === '' && !/[?#\s]/.test(issuer)
  if (!isWeb || !isPlain) {
    const message = `${JSON.stringify(issuer)} is not accepted; give an absolute https URL without user, query and fragment`
    return [{ path: ['issuer'], message }]
  }
  if (issuer !== realm.issuer) return []
  return [{ path: ['issuer'], message: 'is this realm itself; give another issuer' }]
}

function checkSecret({ authMethod, sealedSecret }: IdentityProvider): readonly RealmProblem[] {
  const isNeeded = authMethod === 'client_secret_basic' || authMethod === 'client_secret_post'
  if (isNeeded && sealedSecret === undefined)
    return [{ path: ['secret'], message: `is missing; ${authMethod} needs the client secret` }]
  if (!isNeeded && sealedSecret !== undefined)
    return [{ path: ['secret'], message: `is of no use with ${authMethod}; leave it out, or give another authMethod` }]
  return []
}

function checkScopes({ scopes }: IdentityProvider): readonly RealmProblem[] {
  return scopes.includes('openid')
    ? []
    : [{ path: ['scopes'], message: 'lacks openid, without which nobody is told who signed in; add it' }]
}

function checkClaims({ claimMap, keptClaims }: IdentityProvider): readonly RealmProblem[] {
  const fault = (claim: string): string | undefined =>
    ownClaims.includes(claim) || claim in {} ? `${claim} is for this server alone to say; give another name` : undefined
  const mapped = Object.entries(claimMap).map(([from, to]) => [['claimMap', from], fault(to)] as const)
  const kept = keptClaims.map((claim, index) => [['keptClaims', index], fault(claim)] as const)
  return [...mapped, ...kept].flatMap(([path, message]) => (message === undefined ? [] : [{ path: [...path], message }]))
}

/** HTTP Basic is answered at the authorization endpoint itself, where there is no page to choose on. */
function checkSignIn(_: IdentityProvider, { signIn }: Realm): readonly RealmProblem[] {
  return signIn === 'form' ? [] : [{ path: [], message: 'needs pages to sign in on; set signIn: form' }]
}
