import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Client, EpochSeconds, Realm, Realms } from '../registration/index.ts'
import type { UpstreamPorts } from './upstream/ports.ts'
import type { User } from './user.ts'

export type { User }

import type { DirectoryPorts } from './ldap/ports.ts'

/** What sign-in and consent need from the rest of the server; `app.ts` connects it. */
export interface InteractionPorts {
  readonly realms: Realms
  readonly interactions: Interactions
  readonly users: Users
  readonly backchannelRequests: BackchannelRequests
  readonly logos: Logos
  readonly upstream: UpstreamPorts
  /** For whoever looks after the server. */
  readonly warn: DirectoryPorts['warn']
  /** For anti-forgery tokens and the approval page's cookie. */
  readonly derivedKey: (purpose: string, bytes: number) => Uint8Array
  readonly now: () => EpochSeconds
}

/** A pending authorization request: who asks for what, and what is still missing. */
export interface Interaction {
  readonly uid: string
  readonly prompt: 'login' | 'consent'
  readonly reasons: readonly string[]
  readonly client: Client
  readonly redirectUri?: string
  readonly accountId?: string
  readonly loginHint?: string
  /** `ui_locales` of the request. */
  readonly uiLocales?: string
  /** What consent is asked for: everything requested, with what is new since the last consent marked by `missing…`. */
  readonly scopes: readonly string[]
  readonly missingScopes: readonly string[]
  readonly missingClaims: readonly string[]
  readonly resources: readonly string[]
  readonly missingResourceScopes: Readonly<Record<string, readonly string[]>>
  readonly authorizationDetails: readonly Readonly<Record<string, unknown>>[]
  readonly request: InteractionRequest
  /** The person agreed to exactly this before signing in, in this browser and on the way of this very request. */
  readonly isConsentGiven: boolean
}

/** What the authorization request says to whoever signs people in. */
export interface InteractionRequest {
  /** Of who asks, for what, and where the answer goes: consent that is given before sign-in is given to this. */
  readonly digest: string
  readonly claims: readonly string[]
  readonly identityProviderHint?: string
  readonly domainHint?: string
  /** The person has to prove anew who they are, or to have done so in the last so many seconds. */
  readonly asksAnew: boolean
  readonly maxAgeSeconds?: number
  /** Somebody signed in already on the way of this request, and it was not enough. */
  readonly isRepeated: boolean
}

/** The engine's side of an interaction. `find` gives nothing for a foreign, finished or expired one. The others answer the request (303). */
export interface Interactions {
  find(realm: Realm, request: IncomingMessage, response: ServerResponse): Promise<Interaction | undefined>
  signedIn(realm: Realm, request: IncomingMessage, response: ServerResponse, login: SignIn): Promise<void>
  consented(realm: Realm, request: IncomingMessage, response: ServerResponse): Promise<void>
  denied(realm: Realm, request: IncomingMessage, response: ServerResponse): Promise<void>
}

export interface SignIn {
  readonly accountId: string
  /** RFC 8176 values. */
  readonly amr: readonly string[]
  readonly remember: boolean
  /** When the person proved who they are, if that was not just now. */
  readonly authenticatedAt?: EpochSeconds
  /** What the person agreed to before signing in: the `digest` of the request. */
  readonly consentTo?: string
}

export interface Users {
  findByUsername(realm: string, username: string): Promise<User | undefined>
  findById(realm: string, id: string): Promise<User | undefined>
  savePasswordHash(realm: string, id: string, passwordHash: string): Promise<void>
}

/** A CIBA request that waits for its person. */
export interface BackchannelRequest {
  readonly id: string
  readonly client: Client
  readonly scopes: readonly string[]
  readonly resources: readonly string[]
  readonly bindingMessage?: string
  readonly expiresAt: EpochSeconds
}

export interface BackchannelRequests {
  pending(realm: Realm, accountId: string): Promise<readonly BackchannelRequest[]>
  approve(realm: Realm, id: string, accountId: string): Promise<boolean>
  deny(realm: Realm, id: string, accountId: string): Promise<boolean>
}

export interface Logos {
  /** A PNG of at most 128 × 128 made by us from what `uri` gave, or nothing. Cached; never throws. */
  find(uri: string): Promise<Uint8Array | undefined>
}
