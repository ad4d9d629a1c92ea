import { type Static, Type } from 'typebox'
import { type AdminOptions, adminOptions } from '../admin/options.ts'
import { type HttpOptions, httpOptions } from '../http/options.ts'
import { type InteractionOptions, interactionOptions } from '../interaction/options.ts'
import { type OutboundOptions, outboundOptions } from '../outbound/options.ts'
import { type TelemetryOptions, telemetryOptions } from '../telemetry/options.ts'
import { realmSchema } from './realm-schema.ts'
import { secretSource } from './secret-source.ts'

const strict = { additionalProperties: false }
const port = (fallback: number) => Type.Integer({ minimum: 0, maximum: 65_535, default: fallback })
const host = Type.String({ minLength: 1, default: 'localhost' })

const database = Type.Union(
  [
    Type.Literal('embedded'),
    Type.Object({ url: secretSource, connections: Type.Integer({ minimum: 1, maximum: 1000, default: 10 }) }, strict),
  ],
  { default: 'embedded', accepts: 'embedded, or { url: { env: NAME }, connections: 10 }' },
)

const mtls = Type.Object(
  {
    host,
    port: port(4443),
    publicUrl: Type.String({ accepts: 'the https URL that clients with a certificate reach this listener under' }),
  },
  {
    ...strict,
    description: 'A second public listener, with the key of http.tls, that asks for client certificates (RFC 8705 §5).',
  },
)

const listen = Type.Object(
  {
    public: Type.Object({ host, port: port(4400) }, { ...strict, default: {} }),
    admin: Type.Object({ host, port: port(4401) }, { ...strict, default: {} }),
    mtls: Type.Optional(mtls),
  },
  { ...strict, default: {} },
)

/** What the rooms can be told; each speaks for itself in its `options.ts`. */
const rooms = {
  admin: adminOptions,
  http: httpOptions,
  interaction: interactionOptions,
  outbound: outboundOptions,
  telemetry: telemetryOptions,
}

export interface RoomOptions {
  readonly admin: AdminOptions
  readonly http: HttpOptions
  readonly interaction: InteractionOptions
  readonly outbound: OutboundOptions
  readonly telemetry: TelemetryOptions
}

/** The whole file. */
export const configurationSchema = Type.Object(
  {
    mode: Type.Enum(['development', 'production'], { default: 'production' }),
    publicUrl: Type.Optional(Type.String()),
    listen,
    data: Type.Optional(Type.String({ minLength: 1 })),
    database,
    secret: Type.Optional(secretSource),
    previousSecrets: Type.Array(secretSource, { default: [] }),
    adminToken: Type.Optional(secretSource),
    ...rooms,
    realms: Type.Record(Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }), realmSchema, {
      default: { default: {} },
      accepts: 'realms by name, of small letters, digits and hyphens',
      additionalProperties: false,
    }),
  },
  strict,
)

export type ConfigurationFile = Static<typeof configurationSchema>
