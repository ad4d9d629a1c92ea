import { createHmac } from 'node:crypto'
import { dialectRoots } from '../http/options.ts'
import type { PolicyTypes, Realm, RegistrationSettings } from '../registration/index.ts'
import { checkClientMetadata } from './check-client-metadata.ts'
import { checkObjects } from './check-objects.ts'
import { checkRealm } from './check-realm.ts'
import type { RealmDefinition } from './configuration.ts'
import { complain, type Draft, isSound } from './draft.ts'
import { realmCapabilities } from './realm-capabilities.ts'
import type { RealmFile } from './realm-schema.ts'
import { resolveClients } from './resolve-clients.ts'
import { readIssuer } from './resolve-listen.ts'
import { type ProvisionedObjects, resolveObjects } from './resolve-objects.ts'
import { resolveUsers } from './resolve-users.ts'
import { strictnessOf } from './strictness-of.ts'
import { strictness } from './strictness-schema.ts'

export interface RealmContext {
  readonly name: string
  readonly publicUrl: string
  /** Absent: the digest is somebody else's to make. */
  readonly rootSecret?: string
  readonly policyTypes: PolicyTypes
  /** Whether its parts fit each other was judged when it was written; a start with a thousand realms does not ask again. */
  readonly isJudged?: boolean
}

/** A realm as the file has it, or `undefined` when something about it is wrong; every problem is noted either way. */
export async function resolveRealm(
  draft: Draft,
  { name, publicUrl, rootSecret, policyTypes, isJudged = false }: RealmContext,
): Promise<RealmDefinition | undefined> {
  const realm = draft.file.realms[name]
  if (realm === undefined) return undefined
  // As far as the schema goes: what a file or a variable lacks keeps nobody from judging the rest.
  const isReadable = shapingMembers.every((member) => isSound(draft, 'realms', name, member))
  const issuer = issuerOf(draft, realm, { name, publicUrl })
  const mtls = mtlsIssuerOf(draft, realm, name)
  const users = await resolveUsers(draft, name)
  const clients = await resolveClients(draft, name)
  const objects = await resolveObjects(draft, name)
  if (!isJudged) checkRealm(draft, name)
  if (!isReadable) return undefined
  const isWhole = issuer !== undefined && isSound(draft, 'realms', name)
  const shape = shapeOf(realm, { name, issuer: issuer ?? '', ...mtls, development: draft.file.mode === 'development' }, objects)
  const definition = { name, digest: rootSecret === undefined ? '' : digestOf(shape, rootSecret), ...shape, users, clients }
  if (!isJudged) checkObjects(draft, definition, policyTypes)
  if (!isWhole) return undefined
  if (!isJudged) checkClientMetadata(draft, definition)
  return definition
}

/** What a realm can be built of, even where its parts do not fit each other. */
const shapingMembers: readonly (keyof RealmFile)[] = [
  ...(['registration', 'scopes', 'scopeGroups', 'extendedProperties', 'policies', 'statementIssuers', 'trustedCas'] as const),
  ...(['assertionIssuers', 'assertionAudiences'] as const),
  ...([
    'webhooks',
    'identityProviders',
    'defaultTokenScopes',
    'resources',
    'tokens',
    'tokenExchange',
    'grants',
    'responseTypes',
    'hybridGrants',
    'authMethods',
    'features',
  ] as const),
  ...([
    'authorizationDetailsTypes',
    'dialects',
    'unknownResources',
    'defaultResource',
    'resourceIndicator',
    'signIn',
    'directories',
    'localUsers',
  ] as const),
  ...(Object.keys(strictness) as (keyof typeof strictness)[]),
]

type Shape = Pick<
  RealmDefinition,
  'base' | 'registration' | 'statementIssuers' | 'webhooks' | 'identityProviders' | 'directories'
>

function shapeOf(
  realm: RealmFile,
  identity: Pick<Realm, 'name' | 'issuer' | 'mtlsIssuer' | 'development'>,
  { statementIssuers, webhooks, identityProviders, directories, ...objects }: ProvisionedObjects,
): Shape {
  const registration = realm.registration as unknown as RegistrationSettings | undefined
  return {
    base: { ...baseOf(realm), ...objects, ...identity },
    ...(registration === undefined ? {} : { registration }),
    statementIssuers,
    webhooks,
    identityProviders,
    directories,
  }
}

function issuerOf(
  draft: Draft,
  realm: RealmFile,
  { name, publicUrl }: Pick<RealmContext, 'name' | 'publicUrl'>,
): string | undefined {
  if (realm.issuer !== undefined) return readIssuer(draft, realm.issuer, ['realms', name, 'issuer'])
  if (publicUrl === '') return undefined
  const root = realm.dialects.map((dialect) => dialectRoots[dialect]?.[0]).find((found) => found !== undefined)
  if (root !== undefined) return `${publicUrl}${root.replace('{realm}', () => name)}`
  return name === 'default' ? publicUrl : `${publicUrl}/realms/${name}`
}

function mtlsIssuerOf(draft: Draft, { mtlsIssuer: given, features }: RealmFile, name: string): Pick<Realm, 'mtlsIssuer'> {
  const path = ['realms', name, 'mtlsIssuer']
  if (given === undefined || !isSound(draft, ...path)) return {}
  if (isSound(draft, 'realms', name, 'features') && !features.mTLS) {
    complain(draft, path, 'needs features.mTLS: without it no client is known by a certificate')
  }
  const mtlsIssuer = readIssuer(draft, given, path)
  return mtlsIssuer === undefined ? {} : { mtlsIssuer }
}

type Base = Omit<RealmDefinition['base'], 'name' | 'issuer' | 'mtlsIssuer' | 'development' | keyof ProvisionedObjects>

function baseOf(realm: RealmFile): Base {
  const {
    dialects,
    defaultTokenScopes,
    unknownResources,
    defaultResource,
    resourceIndicator,
    signIn,
    localUsers,
    tokenExchange,
  } = realm
  return {
    dialects,
    ...strictnessOf(realm),
    capabilities: realmCapabilities(realm),
    defaultTokenScopes,
    unknownResources,
    ...(defaultResource === undefined ? {} : { defaultResource }),
    resourceIndicator,
    tokens: { ...realm.tokens, accessTokenSigningAlgorithm: accessTokenAlgorithm(realm) },
    tokenExchange: tokenExchange as Realm['tokenExchange'],
    signIn,
    localUsers,
  }
}

function accessTokenAlgorithm({ tokens }: RealmFile): string {
  return tokens.accessTokenSigningAlgorithm ?? tokens.signingAlgorithms[0] ?? 'ES256'
}

/** Keyed: the digest is stored, and should not tell whether a guessed definition is the right one. */
function digestOf(definition: unknown, rootSecret: string): string {
  return createHmac('sha256', rootSecret).update(JSON.stringify(definition)).digest('base64url')
}
