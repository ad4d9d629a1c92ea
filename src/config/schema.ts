import { type Static, Type } from 'typebox'
import { type AdminOptions, adminOptions } from '../admin/options.ts'
import { type HttpOptions, httpOptions } from '../http/options.ts'
import { type InteractionOptions, interactionOptions } from '../interaction/options.ts'
import { type OutboundOptions, outboundOptions } from '../outbound/options.ts'
import { type TelemetryOptions, telemetryOptions } from '../telemetry/options.ts'
import { type WebhooksOptions, webhooksOptions } from '../webhooks/options.ts'
import { profiledRealmSchema } from './profiled-realm-schema.ts'
import { secretSource } from './secret-source.ts'

const strict = { additionalProperties: false }
const port = (fallback: number) =>
  Type.Integer({ minimum: 0, maximum: 65_535, default: fallback, description: 'TCP port; 0 takes any that is free.' })
const host = Type.String({
  minLength: 1,
  default: 'localhost',
  description: 'Name or address to listen on; `0.0.0.0` is every IPv4 address.',
})

const database = Type.Union(
  [
    Type.Literal('embedded'),
    Type.Literal('temporary'),
    Type.Object(
      {
        url: { ...secretSource, description: 'Where the URL of a PostgreSQL server (15 or newer) stands.' },
        connections: Type.Integer({
          minimum: 1,
          maximum: 1000,
          default: 10,
          description: 'Of this node at most; one more listens for changes.',
        }),
      },
      strict,
    ),
  ],
  {
    default: 'embedded',
    accepts: 'embedded, temporary, or { url: { env: NAME }, connections: 10 }',
    description:
      'A PostgreSQL of its own in the data folder, or a server. `temporary`: one of its own that is gone when the server stops; nobody registers there.',
  },
)

const mtls = Type.Object(
  {
    host,
    port: port(4443),
    publicUrl: Type.String({
      accepts: 'the https URL that clients with a certificate reach this listener under',
      description: 'Its origin stands in `mtls_endpoint_aliases` of discovery.',
    }),
    tls: Type.Optional(
      Type.Object(
        {
          keyFile: Type.String({ minLength: 1, description: 'PEM file with the private key.' }),
          certificateFile: Type.String({ minLength: 1, description: 'PEM file with the certificate and its chain.' }),
        },
        {
          ...strict,
          description:
            'Key and certificate of this listener. Without it, those of http.tls; in mode development, self-signed ones.',
        },
      ),
    ),
  },
  {
    ...strict,
    description: 'A second public listener, which asks for client certificates (RFC 8705 §5).',
  },
)

const listen = Type.Object(
  {
    public: Type.Object(
      { host, port: port(4400) },
      {
        ...strict,
        default: {},
        description: 'Protocol endpoints, registration, pages, health. `--port` and REGISTRAR_PORT win.',
      },
    ),
    admin: Type.Object(
      { host, port: port(4401) },
      {
        ...strict,
        default: {},
        description: 'Admin API, metrics, health; plain http. `--admin-port` and REGISTRAR_ADMIN_PORT win.',
      },
    ),
    mtls: Type.Optional(mtls),
  },
  { ...strict, default: {}, description: 'Where the server listens.' },
)

const policies = Type.Object(
  {
    folder: Type.String({
      minLength: 1,
      accepts: 'the path of a folder',
      description: 'Its TypeScript and JavaScript files are policies of your own, one each; relative to this file.',
    }),
    timeLimitMilliseconds: Type.Integer({
      minimum: 10,
      maximum: 30_000,
      default: 1000,
      description: 'For each judgement; after that, what was to be judged is refused.',
    }),
    memoryMegabytes: Type.Integer({
      minimum: 16,
      maximum: 4096,
      default: 64,
      description: 'For all of them together, in a thread of their own.',
    }),
  },
  { ...strict, description: 'Policies of your own beside those that come with the server. SIGHUP reads the folder anew.' },
)

/** What the rooms can be told; each speaks for itself in its `options.ts`. */
const rooms = {
  admin: adminOptions,
  http: httpOptions,
  interaction: interactionOptions,
  outbound: outboundOptions,
  telemetry: telemetryOptions,
  webhooks: webhooksOptions,
}

export interface RoomOptions {
  readonly admin: AdminOptions
  readonly http: HttpOptions
  readonly interaction: InteractionOptions
  readonly outbound: OutboundOptions
  readonly telemetry: TelemetryOptions
  readonly webhooks: WebhooksOptions
}

/** The whole file. */
export const configurationSchema = Type.Object(
  {
    mode: Type.Enum(['development', 'production'], {
      default: 'production',
      description: '`development` permits secrets in the file or made by the server, and plain http beyond loopback.',
    }),
    publicUrl: Type.Optional(
      Type.String({
        description:
          'The URL that clients reach the server under, and the issuer of realm `default`. REGISTRAR_PUBLIC_URL wins. ' +
          'Needed in production; in development it follows the port.',
      }),
    ),
    listen,
    data: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Folder of the embedded database and of generated secrets, relative to this file. `--data` and REGISTRAR_DATA win; without any, `./data`.',
      }),
    ),
    database,
    secret: Type.Optional({
      ...secretSource,
      description: 'The root secret, at least 32 bytes: it digests and seals what is stored. REGISTRAR_SECRET wins.',
    }),
    previousSecrets: Type.Array(secretSource, {
      default: [],
      description: 'Root secrets from before: what was digested and sealed with them still matches and opens.',
    }),
    adminToken: Type.Optional({
      ...secretSource,
      description: 'Opens the admin API; in production at least 32 characters. REGISTRAR_ADMIN_TOKEN wins.',
    }),
    ...rooms,
    policies: Type.Optional(policies),
    realms: Type.Record(Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }), profiledRealmSchema, {
      default: { default: {} },
      accepts: 'realms by name, of small letters, digits and hyphens',
      description: 'Issuers, each with its own keys, clients and settings.',
      additionalProperties: false,
    }),
  },
  strict,
)

export type ConfigurationFile = Static<typeof configurationSchema>
