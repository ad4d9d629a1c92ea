import type { X509Certificate } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyPluginAsync } from 'fastify'
import type { Logger } from 'pino'
import type {
  ClientInformation,
  ConfigurationRequest,
  InspectedToken,
  JsonObject,
  PresentedCertificate,
  PresentedToken,
  Realm,
  Realms,
  RegistrationRequest,
  UpdateRequest,
} from '../registration/index.ts'

/** What the public listener needs from the rest of the server; `app.ts` connects it. */
export interface HttpPorts {
  readonly realms: Realms
  readonly registration: Registration
  readonly engine: Engine
  /** Its routes carry no realm prefix. The realm is `request.getDecorator<Realm>('realm')`. */
  readonly interactionPlugin: FastifyPluginAsync
  /** The URL that this listener is reached under for a realm: its issuer, or that of the listener for client certificates. */
  readonly baseUrlOf: (realm: Realm) => string
  /** What is believed about a client certificate, for policies; `undefined` where nothing can rest on it. */
  readonly describeCertificate: (realm: Realm, certificate: X509Certificate) => PresentedCertificate | undefined
  readonly log: Logger
  readonly recordRequest: (request: MeasuredRequest) => void
  readonly health: () => Promise<readonly HealthCheck[]>
}

/** The registration domain. Each may throw a `Refusal`. */
export interface Registration {
  register(request: RegistrationRequest): Promise<ClientInformation>
  read(request: ConfigurationRequest): Promise<ClientInformation>
  update(request: UpdateRequest): Promise<ClientInformation>
  patch(request: UpdateRequest): Promise<ClientInformation>
  remove(request: ConfigurationRequest): Promise<void>
}

/** The protocol engine. The request arrives raw, its body unread, its `url` relative to the issuer; the answer is written by then. */
export interface Engine {
  handle(realm: Realm, request: IncomingMessage, response: ServerResponse, options?: HandOver): Promise<void>
  /** What tokens say, for whoever holds them; `undefined` for what is not live, not theirs, or no such token at all. */
  readonly tokenInfo: {
    accessToken(realm: Realm, presented: PresentedToken): Promise<InspectedToken | undefined>
    idToken(realm: Realm, value: string): Promise<JsonObject | undefined>
  }
}

export interface HandOver {
  /** The absolute URL under which an endpoint was called, where that is not the one in discovery. */
  readonly alias?: string
  readonly requestId?: string
  readonly address?: string
  /** What discovery tells otherwise in the dialect of the request. */
  readonly discovery?: JsonObject
  /** How introspection goes in the dialect of the request. */
  readonly introspection?: {
    readonly scopeForAll: string
    readonly members: (token: InspectedToken) => JsonObject
  }
}

/** One answered request. `route` is a pattern of ours, never a path that somebody sent: labels must not multiply. */
export interface MeasuredRequest {
  readonly method: string
  readonly route: string
  readonly status: number
  readonly durationSeconds: number
}

export interface HealthCheck {
  readonly name: string
  readonly ok: boolean
}

/** Where a client certificate of the connection is found on the raw request, for the engine too. */
export const clientCertificate: unique symbol = Symbol.for('registrar.clientCertificate')

export type CertifiedRequest = IncomingMessage & { [clientCertificate]?: X509Certificate }
