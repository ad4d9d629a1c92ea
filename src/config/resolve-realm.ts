import { createHmac } from 'node:crypto'
import type { Realm, RegistrationSettings, ScopeDefinition } from '../registration/index.ts'
import { checkClientMetadata } from './check-client-metadata.ts'
import { checkRealm } from './check-realm.ts'
import type { RealmDefinition } from './configuration.ts'
import { type Draft, isSound } from './draft.ts'
import { readCertificates } from './read-certificates.ts'
import { realmCapabilities } from './realm-capabilities.ts'
import type { RealmFile } from './realm-schema.ts'
import { resolveClients } from './resolve-clients.ts'
import { readIssuer } from './resolve-listen.ts'
import { resolveUsers } from './resolve-users.ts'

interface RealmContext {
  readonly name: string
  readonly publicUrl: string
  readonly rootSecret: string
}

/** A realm as the file has it, or `undefined` when something about it is wrong; every problem is noted either way. */
export async function resolveRealm(
  draft: Draft,
  { name, publicUrl, rootSecret }: RealmContext,
): Promise<RealmDefinition | undefined> {
  const realm = draft.file.realms[name]
  if (realm === undefined) return undefined
  const issuer = issuerOf(draft, realm, { name, publicUrl })
  const users = await resolveUsers(draft, name)
  const clients = await resolveClients(draft, name)
  const trustedCertificates = await readCertificates(draft, name)
  const trustedCas = trustedCertificates.map((pem, index) => ({ id: `provisioned-${index + 1}`, pem, crls: [] }))
  checkRealm(draft, name)
  if (issuer === undefined || !isSound(draft, 'realms', name)) return undefined
  const base = { ...baseOf(realm), name, issuer, development: draft.file.mode === 'development', trustedCas }
  const owned = realm.registration === undefined ? {} : { registration: realm.registration as unknown as RegistrationSettings }
  const definition = { name, digest: digestOf({ ...base, ...owned }, rootSecret), base, ...owned, users, clients }
  checkClientMetadata(draft, definition)
  return definition
}

function issuerOf(draft: Draft, realm: RealmFile, { name, publicUrl }: Omit<RealmContext, 'rootSecret'>): string | undefined {
  if (realm.issuer !== undefined) return readIssuer(draft, realm.issuer, ['realms', name, 'issuer'])
  if (publicUrl === '') return undefined
  return name === 'default' ? publicUrl : `${publicUrl}/realms/${name}`
}

type Base = RealmDefinition['base']

function baseOf(realm: RealmFile): Omit<Base, 'name' | 'issuer' | 'development' | 'trustedCas'> {
  const { dialects, defaultTokenScopes, unknownResources, defaultResource, pkce, signIn } = realm
  return {
    dialects,
    capabilities: realmCapabilities(realm),
    registrationActive: realm.registration?.enabled ?? false,
    scopes: realm.scopes.map(scopeOf),
    scopeGroups: [],
    extendedProperties: [],
    policies: [],
    statementIssuers: [],
    defaultTokenScopes,
    resources: realm.resources as Realm['resources'],
    unknownResources,
    ...(defaultResource === undefined ? {} : { defaultResource }),
    tokens: { ...realm.tokens, accessTokenSigningAlgorithm: accessTokenAlgorithm(realm) },
    pkce,
    signIn,
  }
}

function scopeOf(scope: RealmFile['scopes'][number]): ScopeDefinition {
  if (typeof scope === 'string') return { name: scope }
  return scope.description === undefined ? { name: scope.name } : { name: scope.name, description: scope.description }
}

function accessTokenAlgorithm({ tokens }: RealmFile): string {
  return tokens.accessTokenSigningAlgorithm ?? tokens.signingAlgorithms[0] ?? 'ES256'
}

/** Keyed: the digest is stored, and should not tell whether a guessed definition is the right one. */
function digestOf(definition: unknown, rootSecret: string): string {
  return createHmac('sha256', rootSecret).update(JSON.stringify(definition)).digest('base64url')
}
