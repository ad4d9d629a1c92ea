import { type ClientMetadata, type JsonValue, type Realm, Refusal } from '../../../src/registration/index.ts'
import { checkConsistency, completeMetadata, parseMetadata } from '../../../src/registration/metadata/index.ts'
import { quickstartRealm } from '../../support/realm.ts'

export interface Admission {
  readonly realm?: Realm
  readonly layers?: readonly ClientMetadata[]
  readonly repairsContradictions?: boolean
}

/** The whole of the metadata domain on one body: read, complete, check. */
export function admit(
  body: JsonValue,
  { realm = quickstartRealm(), layers = [], repairsContradictions = false }: Admission = {},
) {
  const { metadata } = completeMetadata(parseMetadata(body, realm), layers, realm, { repairsContradictions })
  checkConsistency(metadata, realm)
  return metadata
}

export function refusalOf(body: JsonValue, admission: Admission = {}): Refusal {
  return refusalFrom(() => admit(body, admission))
}

export function refusalFrom(attempt: () => unknown): Refusal {
  try {
    attempt()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('nothing was refused')
}

/** A realm whose redirect URI settings are as strict as OpenID Connect words them. */
export function realmWithRedirects(
  changes: Partial<Realm['registration']['redirectUris']>,
  overrides: Partial<Realm> = {},
): Realm {
  const realm = quickstartRealm(overrides)
  const redirectUris = { ...realm.registration.redirectUris, ...changes }
  return { ...realm, registration: { ...realm.registration, redirectUris } }
}

/** A realm whose registration settings differ. */
export function realmWithRegistration(changes: Partial<Realm['registration']>): Realm {
  const realm = quickstartRealm()
  return { ...realm, registration: { ...realm.registration, ...changes } }
}
