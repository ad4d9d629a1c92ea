import type { ProvisionedClient, Realm, RegistrationSettings } from '../registration/index.ts'
import type { UnsealedDirectory, UnsealedIdentityProvider, UnsealedStatementIssuer, UnsealedWebhook } from './objects/unsealed.ts'
import type { PolicyFolder } from './policies/create-policy-types.ts'
import type { RoomOptions } from './schema.ts'

/** Everything that a process needs to know, as plain values: nothing here has to be looked up any more. */
export interface Configuration extends RoomOptions {
  /** Absolute path of the file that it came from. */
  readonly file: string
  readonly mode: 'development' | 'production'
  readonly publicUrl: string
  readonly listen: {
    readonly public: ListenerAddress
    readonly admin: ListenerAddress
    /** Asks every connection for a client certificate; `publicUrl` stands in `mtls_endpoint_aliases`. */
    readonly mtls?: ListenerAddress & { readonly publicUrl: string; readonly tls: TlsFiles }
  }
  /** Absolute path; the embedded database and generated secrets live there. */
  readonly dataFolder: string
  readonly database: 'embedded' | 'temporary' | DatabaseServer
  /** The server's root secrets, newest first: the first one digests and seals, the others still match and open. */
  readonly rootSecrets: readonly string[]
  readonly adminToken: string
  /** Where people find the administrator's token, in words that name a variable or a file. */
  readonly adminTokenPlace: string
  /** The operator's own, as they were when the configuration was read. */
  readonly policies?: PolicyFolder
  readonly realms: readonly RealmDefinition[]
}

export interface ListenerAddress {
  readonly host: string
  readonly port: number
}

/** PEM files, by absolute path. */
export interface TlsFiles {
  readonly keyFile: string
  readonly certificateFile: string
  /** Made at the first start, where they are not there yet: development only. */
  readonly isGenerated: boolean
}

export interface DatabaseServer {
  readonly url: string
  readonly connections: number
}

/** A realm as the file has it. What changes at run time – revision, settings that the file does not own – is added later. */
export interface RealmDefinition {
  readonly name: string
  /** Of everything that shapes the realm, users and clients excepted: those live in the database. */
  readonly digest: string
  readonly base: Omit<
    Realm,
    'revision' | 'registration' | 'registrationActive' | 'statementIssuers' | 'identityProviders' | 'directories'
  >
  readonly statementIssuers: readonly UnsealedStatementIssuer[]
  readonly webhooks: readonly UnsealedWebhook[]
  readonly identityProviders: readonly UnsealedIdentityProvider[]
  readonly directories: readonly UnsealedDirectory[]
  /** Present: the file owns them, and administrators can only read them. */
  readonly registration?: RegistrationSettings
  readonly users: readonly ProvisionedUser[]
  readonly clients: readonly ProvisionedClient[]
}

export interface ProvisionedUser {
  readonly username: string
  /** In clear, to be hashed before it is stored; or `passwordHash`. Exactly one of them is there. */
  readonly password?: string
  readonly passwordHash?: string
  /** Made by us in this data folder, so that the operator has to be told. */
  readonly isPasswordGenerated: boolean
  readonly claims: Readonly<Record<string, unknown>>
}
