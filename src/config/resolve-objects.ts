import { readFile } from 'node:fs/promises'
import {
  type AssertionAudience,
  type AssertionIssuer,
  type ExtendedProperty,
  type PolicyInstance,
  type ProtectedResource,
  type Realm,
  resourceIdOf,
  type ScopeDefinition,
  type ScopeGroup,
} from '../registration/index.ts'
import { webhookSecret } from '../webhooks/options.ts'
import type { RealmDefinition } from './configuration.ts'
import { complain, type Draft, isSound } from './draft.ts'
import { problemsOfCaBundle } from './objects/problems-of-ca-bundle.ts'
import { sharedSecretLengthMin } from './objects/shared-secret.ts'
import type { UnsealedDirectory, UnsealedIdentityProvider, UnsealedStatementIssuer, UnsealedWebhook } from './objects/unsealed.ts'
import type { Path } from './problem.ts'
import { readTrustedCas } from './read-trusted-cas.ts'
import type { RealmFile } from './realm-schema.ts'
import { besideFile, resolveSecret } from './resolve-secret.ts'
import type { SecretSource } from './secret-source.ts'

export type ProvisionedObjects = Pick<
  Realm,
  | 'scopes'
  | 'scopeGroups'
  | 'extendedProperties'
  | 'policies'
  | 'trustedCas'
  | 'resources'
  | 'assertionIssuers'
  | 'assertionAudiences'
> &
  Pick<RealmDefinition, 'statementIssuers' | 'webhooks' | 'identityProviders' | 'directories'>

/** What stands in the file beside clients and users: files are read and secrets looked up. */
export async function resolveObjects(draft: Draft, realm: string): Promise<ProvisionedObjects> {
  const { scopes, scopeGroups, extendedProperties, policies, ...others } = draft.file.realms[realm] as RealmFile
  const path = ['realms', realm]
  const sound = <Item>(member: string, items: readonly Item[]): readonly Item[] => (isSound(draft, ...path, member) ? items : [])
  return {
    scopes: sound('scopes', scopes).map(scopeOf),
    scopeGroups: sound('scopeGroups', scopeGroups as readonly ScopeGroup[]),
    extendedProperties: sound('extendedProperties', extendedProperties as readonly ExtendedProperty[]),
    policies: sound('policies', policies as readonly PolicyInstance[]),
    assertionIssuers: sound('assertionIssuers', others.assertionIssuers as readonly AssertionIssuer[]),
    assertionAudiences: sound('assertionAudiences', others.assertionAudiences as readonly AssertionAudience[]),
    resources: sound('resources', others.resources as readonly ProtectedResource[]).map((resource) => ({
      ...resource,
      id: resource.id ?? resourceIdOf(resource.identifier),
    })),
    trustedCas: await readTrustedCas(draft, realm),
    statementIssuers: await resolveStatementIssuers(draft, realm),
    webhooks: await resolveWebhooks(draft, realm),
    identityProviders: await resolveIdentityProviders(draft, realm),
    directories: await resolveDirectories(draft, realm),
  }
}

function scopeOf(scope: RealmFile['scopes'][number]): ScopeDefinition {
  if (typeof scope === 'string') return { name: scope }
  const { name, description, exclusive, dynamic } = scope
  return {
    name,
    ...(description === undefined ? {} : { description }),
    ...(exclusive ? { exclusive } : {}),
    ...(dynamic ? { dynamic } : {}),
  }
}

async function resolveStatementIssuers(draft: Draft, realm: string): Promise<readonly UnsealedStatementIssuer[]> {
  return resolveEach(draft, realm, 'statementIssuers', async (issuer: RealmFile['statementIssuers'][number], path) => {
    const { keys } = issuer
    if (keys.kind !== 'secret') return issuer as UnsealedStatementIssuer
    const secret = await resolveSharedSecret(draft, keys.secret, [...path, 'keys', 'secret'])
    return { ...issuer, keys: { kind: 'secret', secret } } as UnsealedStatementIssuer
  })
}

async function resolveWebhooks(draft: Draft, realm: string): Promise<readonly UnsealedWebhook[]> {
  return resolveEach(draft, realm, 'webhooks', async (webhook: RealmFile['webhooks'][number], path) => {
    const place = [...path, 'secret']
    const secret = await resolveSecret(draft, webhook.secret, place)
    if (secret !== undefined && !new RegExp(webhookSecret.pattern).test(secret))
      complain(draft, place, `is no secret to sign with; give ${webhookSecret.accepts}`)
    return { ...webhook, secret: secret ?? '' }
  })
}

async function resolveIdentityProviders(draft: Draft, realm: string): Promise<readonly UnsealedIdentityProvider[]> {
  return resolveEach(draft, realm, 'identityProviders', async (provider: RealmFile['identityProviders'][number], path) => {
    const { secret: source, ...rest } = provider
    const known = rest as Omit<UnsealedIdentityProvider, 'secret'>
    if (source === undefined) return known
    return { ...known, secret: (await resolveSecret(draft, source, [...path, 'secret'])) ?? '' }
  })
}

async function resolveDirectories(draft: Draft, realm: string): Promise<readonly UnsealedDirectory[]> {
  return resolveEach(draft, realm, 'directories', async (directory: RealmFile['directories'][number], path) => {
    const { bindPassword, caFile, ...rest } = directory
    const password = bindPassword === undefined ? undefined : await resolveSecret(draft, bindPassword, [...path, 'bindPassword'])
    const ca = caFile === undefined ? undefined : await readCaBundle(draft, caFile, [...path, 'caFile'])
    // Where it is missing a problem is noted already, and not another one that says so.
    const secret = bindPassword === undefined ? {} : { bindPassword: password ?? '' }
    return { ...rest, ...secret, ...(ca === undefined ? {} : { ca }) } as UnsealedDirectory
  })
}

async function readCaBundle(draft: Draft, name: string, path: Path): Promise<string | undefined> {
  const file = besideFile(draft, name)
  const pem = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) =>
    complain(draft, path, `cannot read ${file} (${error.code ?? error.message})`),
  )
  for (const message of pem === undefined ? [] : problemsOfCaBundle(pem)) complain(draft, path, `${file} ${message}`)
  return pem
}

/** Empty where there is none, with a problem noted: the rest of the object is judged all the same. */
async function resolveSharedSecret(draft: Draft, source: SecretSource, path: Path): Promise<string> {
  const secret = await resolveSecret(draft, source, path)
  if (secret !== undefined && secret.length < sharedSecretLengthMin)
    complain(draft, path, `is too short; give a secret of at least ${sharedSecretLengthMin} characters`)
  return secret ?? ''
}

async function resolveEach<Item, Resolved>(
  draft: Draft,
  realm: string,
  member: 'statementIssuers' | 'webhooks' | 'identityProviders' | 'directories',
  resolve: (item: Item, path: Path) => Promise<Resolved>,
): Promise<readonly Resolved[]> {
  const items = (draft.file.realms[realm]?.[member] ?? []) as readonly Item[]
  if (items.length === 0) return []
  const pathOf = (index: number): Path => ['realms', realm, member, index]
  const found = await Promise.all(
    items.map(async (item, index) => (isSound(draft, ...pathOf(index)) ? resolve(item, pathOf(index)) : undefined)),
  )
  return found.filter((item) => item !== undefined)
}
