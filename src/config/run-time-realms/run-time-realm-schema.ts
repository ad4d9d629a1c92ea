import { Type } from 'typebox'
import { realmSchema } from '../realm-schema.ts'

/** What the file lists beside a realm, and what is managed by itself where there is no file: the rest of the path says where. */
export const ownResources = {
  users: 'users',
  clients: 'clients',
  statementIssuers: 'statement-issuers',
  trustedCas: 'trusted-cas',
  webhooks: 'webhooks',
  identityProviders: 'identity-providers',
  directories: 'directories',
} as const

type Left = keyof typeof ownResources

const { properties } = realmSchema
const kept = Object.fromEntries(Object.entries(properties).filter(([member]) => !Object.hasOwn(ownResources, member)))

/** `realms.<name>` of the configuration file, without secrets, files and what has a life of its own. Durations count seconds. */
export const runTimeRealmSchema = Type.Object(kept as Omit<typeof properties, Left>, { additionalProperties: false })
