import type { Realm } from '../registration/index.ts'
import type { RealmDefinition } from './configuration.ts'
import { mergeObjects, type RealmObjectLists } from './objects/merge-objects.ts'
import { type Seal, sealDirectory, sealIdentityProvider, sealStatementIssuer, sealWebhook } from './objects/unsealed.ts'
import { parseRegistrationSettings } from './parse-registration-settings.ts'
import type { RealmObject, RealmState, Webhook } from './ports.ts'

/** A realm as it is now, and who is told about it. */
export interface LiveRealm extends Realm {
  readonly webhooks: readonly Webhook[]
  /** Of what the file, or an administrator, says about it. */
  readonly definitionDigest: string
  readonly definition: SealedDefinition
}

/** The realm of the file, or of an administrator, with nothing in clear that is not needed in clear. */
export interface SealedDefinition extends Pick<RealmDefinition, 'name' | 'digest' | 'base' | 'registration'> {
  readonly objects: RealmObjectLists
}

/** Once for each configuration: a value sealed twice looks different, and nothing has changed. */
export function sealDefinition(definition: RealmDefinition, seal: Seal): SealedDefinition {
  const { name, digest, base, registration } = definition
  const { scopes, scopeGroups, extendedProperties, policies, trustedCas, assertionIssuers, assertionAudiences, resources } = base
  const statementIssuers = definition.statementIssuers.map((issuer) => sealStatementIssuer(issuer, seal))
  const webhooks = definition.webhooks.map((webhook) => sealWebhook(webhook, seal))
  const identityProviders = definition.identityProviders.map((provider) => sealIdentityProvider(provider, seal))
  const directories = definition.directories.map((directory) => sealDirectory(directory, seal))
  return {
    name,
    digest,
    base,
    ...(registration === undefined ? {} : { registration }),
    objects: {
      ...{ scopes, scopeGroups, extendedProperties, policies, trustedCas, statementIssuers, webhooks, identityProviders },
      ...{ assertionIssuers, assertionAudiences, resources, directories },
    },
  }
}

interface Known {
  readonly state: RealmState | undefined
  readonly objects: readonly RealmObject[]
  readonly isDurable: boolean
}

/** The one before, where nothing has changed: what others remember of it goes on to be of use. */
export function takeSnapshot(definition: SealedDefinition, known: Known, before: LiveRealm | undefined): LiveRealm {
  const isSame =
    before?.definition === definition &&
    before.revision === known.state?.revision &&
    before.incarnation === known.state?.incarnation
  return isSame ? before : snapshotOf(definition, known)
}

/** The file's word, and what administrators have said since. */
export function snapshotOf(definition: SealedDefinition, { state, objects: stored, isDurable }: Known): LiveRealm {
  const { digest, base, registration, objects } = definition
  const settings = registration ?? parseRegistrationSettings(state?.registrationSettings ?? {}, base.profile)
  return {
    ...base,
    ...mergeObjects(objects, stored),
    revision: state?.revision ?? 0,
    ...(state?.incarnation === undefined ? {} : { incarnation: state.incarnation }),
    definitionDigest: digest,
    definition,
    registration: settings,
    registrationActive: settings.enabled && isDurable,
  }
}
