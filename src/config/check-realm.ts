import { dialectNames } from '../http/options.ts'
import { checkRequirements } from './check-requirements.ts'
import { complain, type Draft, isSound } from './draft.ts'
import { problemOfWebhookUrl } from './objects/problem-of-webhook-url.ts'
import type { Path } from './problem.ts'
import { checkLimits } from './profiles/check-limits.ts'
import { findProfile } from './profiles/profiles.ts'
import { grantName, realmCapabilities } from './realm-capabilities.ts'
import type { RealmFile } from './realm-schema.ts'

/** What no schema can say: that the parts of a realm fit each other. */
export function checkRealm(draft: Draft, name: string): void {
  const realm = draft.file.realms[name]
  const path = ['realms', name]
  if (realm === undefined) return
  if (areSound(draft, path, ['profile', 'features', 'tokens'])) checkLimits(draft, path, realm)
  if (areSound(draft, path, ['features', 'responseTypes'])) checkRequirements(draft, path, realm)
  if (areSound(draft, path, ['resources', 'defaultResource', 'unknownResources'])) checkResources(draft, path, realm)
  if (areSound(draft, path, ['resources', 'tokenExchange', 'unknownResources'])) checkExchangeRules(draft, path, realm)
  if (areSound(draft, path, ['tokens'])) checkAlgorithms(draft, path, realm)
  if (areSound(draft, path, ['dialects'])) checkDialects(draft, path, realm)
  if (areSound(draft, path, ['authMethods', 'features'])) checkCertificateMethods(draft, path, realm)
  if (areSound(draft, path, ['grants', 'responseTypes', 'hybridGrants', 'features'])) checkFlows(draft, path, realm)
  if (areSound(draft, path, ['users']))
    checkTwins(
      draft,
      [...path, 'users'],
      realm.users.map(({ username }) => username),
    )
  checkWebhooks(draft, path, realm)
  if (areSound(draft, path, ['clients']))
    checkTwins(
      draft,
      [...path, 'clients'],
      realm.clients.map(({ client_id }) => client_id),
    )
}

function areSound(draft: Draft, path: Path, members: readonly string[]): boolean {
  return members.every((member) => isSound(draft, ...path, member))
}

function checkResources(draft: Draft, path: Path, { resources, defaultResource, unknownResources }: RealmFile): void {
  const known = resources.map(({ identifier }) => identifier)
  if (
    defaultResource === undefined ||
    defaultResource === 'issuer' ||
    unknownResources === 'accept' ||
    known.includes(defaultResource)
  )
    return
  const choices = known.length === 0 ? 'add it to resources' : `give one of ${known.join(', ')}`
  complain(draft, [...path, 'defaultResource'], `${defaultResource} is no resource of this realm; ${choices}`)
}

/** A rule that lets nothing through is a slip, and so is one about tokens that there cannot be. */
function checkExchangeRules(draft: Draft, path: Path, { resources, tokenExchange, unknownResources }: RealmFile): void {
  const known = resources.map(({ identifier }) => identifier)
  for (const [index, { audiences, issuedTo }] of tokenExchange.rules.entries()) {
    const place = [...path, 'tokenExchange', 'rules', index]
    if (audiences.length + issuedTo.length === 0) complain(draft, place, 'allows no token; give audiences or issuedTo')
    for (const [at, audience] of audiences.entries()) {
      if (unknownResources === 'accept' || known.includes(audience)) continue
      complain(draft, [...place, 'audiences', at], `${audience} is no resource of this realm; add it to resources`)
    }
  }
}

function checkAlgorithms(draft: Draft, path: Path, { tokens }: RealmFile): void {
  const { accessTokenSigningAlgorithm: chosen, signingAlgorithms } = tokens
  if (chosen === undefined || signingAlgorithms.includes(chosen)) return
  const choices = signingAlgorithms.join(', ')
  complain(
    draft,
    [...path, 'tokens', 'accessTokenSigningAlgorithm'],
    `${chosen} is not among signingAlgorithms; give one of ${choices}`,
  )
}

function checkDialects(draft: Draft, path: Path, { dialects }: RealmFile): void {
  for (const [index, dialect] of dialects.entries()) {
    if (dialectNames.some((name) => name === dialect)) continue
    complain(draft, [...path, 'dialects', index], `there is no dialect ${dialect}; give one of ${dialectNames.join(', ')}`)
  }
}

function checkCertificateMethods(draft: Draft, path: Path, { authMethods, features, profile }: RealmFile): void {
  // Those of the profile are for realms that have the feature; nobody asked for them here.
  const known: readonly string[] = findProfile(profile)?.settings.authMethods ?? []
  for (const [index, method] of authMethods.entries()) {
    if (!method.endsWith('tls_client_auth') || features.mTLS || known.includes(method)) continue
    complain(draft, [...path, 'authMethods', index], `${method} needs client certificates; set features.mTLS: true`)
  }
}

/** What is asked for and cannot be served would otherwise be missing without a word. */
function checkFlows(draft: Draft, path: Path, realm: RealmFile): void {
  const served = realmCapabilities(realm)
  const isServed = (type: string): boolean => served.responseTypes.some((other) => inOrder(other) === inOrder(type))
  for (const [index, type] of realm.responseTypes.entries()) {
    if (!isServed(type))
      complain(draft, [...path, 'responseTypes', index], `${type} cannot be served with these grants; add the grants it needs`)
  }
  for (const [index, grant] of realm.grants.entries()) {
    if (served.grantTypes.includes(grantName(grant))) continue
    complain(draft, [...path, 'grants', index], `${grant} cannot be served with these response types; add one that uses it`)
  }
}

function inOrder(responseType: string): string {
  return responseType.split(' ').sort().join(' ')
}

/** Each member by itself: a secret that is missing does not hide a URL that is wrong. */
function checkWebhooks(draft: Draft, path: Path, { webhooks }: RealmFile): void {
  const place = [...path, 'webhooks']
  const given = Array.isArray(webhooks) ? (webhooks as RealmFile['webhooks']) : []
  const whole = (member: 'id' | 'url', index: number): boolean => isSound(draft, ...place, index, member)
  if (given.every((_, index) => whole('id', index)))
    checkTwins(
      draft,
      place,
      given.map(({ id }) => id),
    )
  for (const [index, webhook] of given.entries()) {
    if (!whole('url', index)) continue
    const problem = problemOfWebhookUrl(webhook.url, draft.file.mode === 'development')
    if (problem !== undefined) complain(draft, [...place, index, 'url'], problem)
  }
}

function checkTwins(draft: Draft, path: Path, names: readonly string[]): void {
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) < index) complain(draft, [...path, index], `${name} stands here twice; give each its own name`)
  }
}
