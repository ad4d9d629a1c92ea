import type { IncomingMessage, ServerResponse } from 'node:http'
import pino, { type Logger } from 'pino'
import { Value } from 'typebox/value'
import {
  createPublicListener,
  type Engine,
  type HttpOptions,
  type HttpPorts,
  httpOptions,
  type MeasuredRequest,
  type Registration,
} from '../../src/http/index.ts'
import {
  type Client,
  type ClientInformation,
  type ConfigurationRequest,
  type Realm,
  Refusal,
  type RegistrationRequest,
  type UpdateRequest,
} from '../../src/registration/index.ts'
import { plainRegistration } from '../support/plain-registration.ts'

/** What stands at the room's edge in these tests: a registration that remembers what it was asked, an engine that echoes. */
export interface World extends AsyncDisposable {
  readonly app: ReturnType<typeof createPublicListener>
  readonly asked: (RegistrationRequest | ConfigurationRequest | UpdateRequest)[]
  readonly handled: Handled[]
  readonly measured: MeasuredRequest[]
  readonly logLines: string[]
}

export interface Handled {
  readonly realm: string
  readonly url: string | undefined
  readonly originalUrl: string | undefined
  readonly alias: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly request: IncomingMessage
}

export interface WorldSettings {
  readonly realms?: readonly Realm[]
  readonly options?: { readonly rateLimits?: object; readonly [name: string]: unknown }
  readonly registration?: Partial<Registration>
  readonly engine?: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  readonly ports?: Partial<HttpPorts>
}

export const token = 'the-registration-access-token'

export function createWorld(settings: WorldSettings = {}): World {
  const asked: World['asked'] = []
  const handled: Handled[] = []
  const measured: MeasuredRequest[] = []
  const logLines: string[] = []
  const realms = settings.realms ?? [realm(), realm({ name: 'acme', issuer: 'http://localhost:4400/realms/acme' })]
  const engine: Engine = {
    tokenInfo: { accessToken: async () => undefined, idToken: async () => undefined },
    async handle({ name }, request, response, options) {
      const { originalUrl } = request as { originalUrl?: string }
      handled.push({
        realm: name,
        url: request.url,
        originalUrl,
        alias: options?.alias,
        headers: { ...request.headers },
        request,
      })
      if (settings.engine !== undefined) return settings.engine(request, response)
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ realm: name, url: request.url }))
    },
  }
  const ports: HttpPorts = {
    realms: { all: () => realms, find: (name) => realms.find((one) => one.name === name) },
    registration: { ...remember(asked), ...settings.registration },
    engine,
    interactionPlugin: async (app) => {
      app.get('/interaction/:uid', async (request, reply) =>
        reply.type('text/html').send(request.getDecorator<Realm>('realm').name),
      )
    },
    baseUrlOf: ({ issuer }) => issuer,
    describeCertificate: () => undefined,
    log: logInto(logLines),
    recordRequest: (request) => measured.push(request),
    health: async () => [{ name: 'database', ok: true }],
    ...settings.ports,
  }
  const app = createPublicListener(ports, options(settings.options))
  return { app, asked, handled, measured, logLines, [Symbol.asyncDispose]: () => app.close() }
}

export function options({ rateLimits = {}, ...given }: NonNullable<WorldSettings['options']> = {}): HttpOptions {
  return Value.Default(httpOptions, { ...given, rateLimits: { ...defaultLimits(), ...rateLimits } }) as HttpOptions
}

function defaultLimits(): object {
  return Object.fromEntries(
    Object.keys(httpOptions.properties.rateLimits.properties).map((name) => [name, { requestsMax: 100_000 }]),
  )
}

function logInto(lines: string[]): Logger {
  return pino({ level: 'info' }, { write: (line: string) => void lines.push(line) })
}

function remember(asked: World['asked']): Registration {
  const answer = (request: RegistrationRequest | ConfigurationRequest): ClientInformation => {
    asked.push(request)
    if ('signedRequest' in request) return information()
    const body = 'body' in request ? request.body : {}
    if (body === null || typeof body !== 'object' || Array.isArray(body))
      throw new Refusal('invalid_client_metadata', 'the body must be an object')
    return information({ metadata: body as Client['metadata'] })
  }
  const configure = async (request: ConfigurationRequest): Promise<ClientInformation> => {
    if (request.presented === undefined) throw new Refusal('token_required', 'a registration access token is needed')
    if (request.presented.value !== token) throw new Refusal('invalid_token', 'the registration access token is not valid')
    return answer(request)
  }
  return {
    register: async (request) => answer(request),
    read: configure,
    update: configure,
    patch: configure,
    remove: async (request) => void (await configure(request)),
  }
}

export function information(client: Partial<Client> = {}, rest: Partial<ClientInformation> = {}): ClientInformation {
  return {
    client: {
      realm: 'default',
      client_id: 'd371c91b-f48c-4944-ba2e-da3d05d288d3',
      client_id_issued_at: 1_686_597_864,
      updatedAt: 1_686_597_864,
      channel: 'open',
      state: 'active',
      firstParty: false,
      metadata: {},
      secrets: [],
      registrationAccessTokens: [],
      provenance: {},
      lockedMembers: [],
      boundPolicies: [],
      revision: 1,
      ...client,
    },
    registration_access_token: token,
    ...rest,
  }
}

export type RealmChanges = Partial<Omit<Realm, 'registration' | 'capabilities'>> & {
  readonly registration?: Partial<Realm['registration']>
  readonly features?: Partial<Realm['capabilities']['features']>
}

export function realm({ registration, features, ...changes }: RealmChanges = {}): Realm {
  return {
    name: 'default',
    issuer: 'http://localhost:4400',
    revision: 1,
    development: true,
    dialects: [],
    registration: {
      ...plainRegistration,
      enabled: true,
      initialAccessTokenRequired: false,
      initialAccessTokenScopes: [],
      managementEnabled: true,
      deletionAllowed: true,
      rotateRegistrationAccessToken: 'never',
      registrationAccessTokenGraceSeconds: 0,
      rotateClientSecret: 'never',
      clientSecretGraceSeconds: 0,
      clientSecretLifetimeSeconds: 0,
      serverMembersInUpdate: 'refuse',
      defaultScopes: [],
      clientDefaults: {},
      redirectUris: {
        undottedSchemes: [],
        nativeAllowsHttps: true,
        inferNative: true,
        webAllowsLoopback: true,
        logoutAllowsLoopback: false,
      },
      ...registration,
    },
    capabilities: {
      grantTypes: [],
      responseTypes: [],
      values: {},
      authorizationDetailsTypes: [],
      clientSigningAlgorithms: [],
      features: {
        dPoP: true,
        mTLS: true,
        pushedAuthorizationRequests: true,
        requestObjects: true,
        requestUris: false,
        jwtResponseModes: true,
        deviceFlow: true,
        ciba: true,
        richAuthorizationRequests: true,
        encryption: false,
        introspection: true,
        revocation: true,
        rpInitiatedLogout: true,
        backchannelLogout: true,
        frontchannelLogout: true,
        ...features,
      },
    },
    scopes: [],
    defaultTokenScopes: [],
    resources: [],
    directories: [],
    unknownResources: 'accept',
    tokens: {
      signingAlgorithms: ['RS256'],
      accessTokenSigningAlgorithm: 'RS256',
      accessTokenLifetimeSeconds: 1800,
      frontChannelTokenLifetimeSeconds: 600,
      authorizationCodeLifetimeSeconds: 60,
      idTokenLifetimeSeconds: 3600,
      refreshTokenLifetimeSeconds: 1800,
      refreshTokenIdleSeconds: 1800,
      rotateRefreshTokens: true,
      issueRefreshToken: 'always',
      deviceCodeLifetimeSeconds: 600,
      deviceCodeIntervalSeconds: 5,
    },
    profile: 'oauth21',
    pkce: 'required',
    requirements: { pushedAuthorizationRequests: false, signedRequestObjects: false, senderConstrainedTokens: false },
    messageRules: 'standard',
    errorsOfUnprovenClients: 'page',
    tokenExchange: {
      publicClients: false,
      withoutActorToken: 'client-acts',
      requireMayAct: false,
      chainLengthMax: 5,
      lifetimeSeconds: 3600,
      rules: [],
      applications: [],
      unknownAudiences: 'refuse',
    },
    signIn: 'form',
    registrationActive: true,
    scopeGroups: [],
    extendedProperties: [],
    policies: [],
    statementIssuers: [],
    trustedCas: [],
    assertionIssuers: [],
    assertionAudiences: [],
    identityProviders: [],
    ...changes,
  }
}
