import { type Static, Type } from 'typebox'

const strict = { additionalProperties: false }

/** What a realm may name in `dialects`. */
export const dialectNames = ['standard', 'pingfederate', 'pingam', 'simpleidserver'] as const

/**
 * Where a dialect's clients look for a realm, below the public URL; `{realm}` is its name. The first one is the issuer of a
 * realm that speaks the dialect and names no issuer of its own.
 */
export const dialectRoots: Readonly<Partial<Record<string, readonly string[]>>> = {
  pingam: ['/am/oauth2/realms/root/realms/{realm}', '/am/oauth2/{realm}'],
}

/** What endpoints and pages begin with, below the issuer, in whatever dialect: no other issuer can stand there. */
export const endpointSegments: readonly string[] = [
  ...['.well-known', 'assets', 'authorize', 'backchannel', 'backchannel-requests', 'device', 'device_authorization', 'health'],
  ...['interaction', 'introspect', 'jwks', 'logout', 'par', 'protected-resources', 'register', 'revoke', 'token', 'userinfo'],
  // Of the dialects.
  ...['as', 'idp', 'pf'],
  ...['access_token', 'aiagent', 'bc-authorize', 'connect', 'tokeninfo'],
  ...['authorization', 'end_session', 'token_info'],
]

function rateLimit(requestsMax: number, windowSeconds: number, description: string) {
  return Type.Object(
    {
      requestsMax: Type.Integer({ minimum: 1, default: requestsMax, description: 'How many within the window.' }),
      windowSeconds: Type.Integer({ minimum: 1, maximum: 86_400, default: windowSeconds, description: 'How long one counts.' }),
    },
    { ...strict, description },
  )
}

/** Each limit counts per node. */
const rateLimits = Type.Object(
  {
    registrationsPerAddress: rateLimit(60, 60, 'Registrations from one address; of IPv6, from one /64.'),
    registrationsPerInitialAccessToken: rateLimit(120, 60, 'Registrations with one initial access token.'),
    registrations: rateLimit(1200, 60, 'Registrations from anywhere.'),
    failedManagementPerAddress: rateLimit(30, 60, 'Refused registration access tokens from one address.'),
    failedManagementPerClient: rateLimit(30, 60, 'Refused registration access tokens for one client.'),
    failedClientAuthenticationPerAddress: rateLimit(60, 60, 'Failed client authentications from one address.'),
  },
  { ...strict, description: 'Counted by each node for itself. Past a limit the answer is 429 with Retry-After.' },
)

const tls = Type.Object(
  {
    keyFile: Type.String({ minLength: 1, description: 'PEM file with the private key.' }),
    certificateFile: Type.String({ minLength: 1, description: 'PEM file with the certificate and its chain.' }),
    requestClientCertificate: Type.Boolean({
      default: false,
      description:
        'Ask each connection for a certificate. Browsers show a dialogue then, so give machines a listener of their own.',
    }),
  },
  { ...strict, description: 'TLS at this listener; absent where a trusted proxy ends TLS.' },
)

const clientCertificateHeader = Type.Object(
  {
    name: Type.String({ pattern: '^[A-Za-z0-9-]+$', description: 'The header that the trusted proxy sets.' }),
    format: Type.Union([Type.Literal('rfc9440'), Type.Literal('envoy-xfcc'), Type.Literal('url-encoded-pem')], {
      description: 'Client-Cert of RFC 9440, x-forwarded-client-cert of Envoy, or $ssl_client_escaped_cert of nginx.',
    }),
  },
  { ...strict, description: 'Taken from trusted proxies alone, and removed from every other request.' },
)

/** What an operator can set about the public listener. */
export const httpOptions = Type.Object(
  {
    bodyBytesMax: Type.Integer({ minimum: 1024, maximum: 1_048_576, default: 65_536, description: 'Of a registration request.' }),
    headerBytesMax: Type.Integer({ minimum: 4096, maximum: 65_536, default: 16_384, description: 'Of a request.' }),
    headersTimeoutSeconds: Type.Integer({ minimum: 1, default: 10, description: 'Until the header of a request has arrived.' }),
    requestTimeoutSeconds: Type.Integer({ minimum: 1, default: 30, description: 'Until a whole request has arrived.' }),
    trustedProxies: Type.Array(
      Type.String({
        pattern: '^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$',
        accepts: 'an address or a network, such as 10.0.0.7 or 10.0.0.0/8',
      }),
      {
        default: [],
        description: 'Addresses or networks (CIDR) whose X-Forwarded-* and client certificate headers are believed.',
      },
    ),
    clientCertificateHeader: Type.Optional(clientCertificateHeader),
    tls: Type.Optional(tls),
    rateLimits,
  },
  { ...strict, description: 'The public listener.' },
)

type ReadonlyDeep<Value> = Value extends object ? { readonly [Key in keyof Value]: ReadonlyDeep<Value[Key]> } : Value

export type HttpOptions = ReadonlyDeep<Static<typeof httpOptions>>
export type RateLimit = HttpOptions['rateLimits']['registrations']
export type ClientCertificateHeader = NonNullable<HttpOptions['clientCertificateHeader']>
