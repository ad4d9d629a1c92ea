import { type Static, Type } from 'typebox'

const count = (value: number, description: string) => Type.Integer({ minimum: 1, default: value, description })
const seconds = (value: number, description: string) => Type.Integer({ minimum: 0, default: value, description })

const origin = Type.String({
  pattern: '^https?://[^/?#@\\s]+$',
  accepts: 'an origin such as https://keys.internal.example:8443, without a path',
})
const network = Type.String({
  pattern: '^[0-9A-Fa-f.:]+/[0-9]{1,3}$',
  accepts: 'a network such as 10.1.0.0/16 or fd00::/8',
})
const host = Type.String({ pattern: '^[^/:@\\s]+$', accepts: 'a host name; its subdomains are meant too' })

/** What an operator can set about requests to places that clients name. */
export const outboundOptions = Type.Object(
  {
    allowedOrigins: Type.Array(origin, {
      default: [],
      description: 'Trusted as written: any address, any port, plain http too. Reached directly, never through the proxy.',
    }),
    allowedNetworks: Type.Array(network, { default: [], description: 'Special-use networks that may be reached all the same.' }),
    deniedHosts: Type.Array(host, { default: [], description: 'Never reached, whatever else is allowed.' }),
    deniedNetworks: Type.Array(network, { default: [], description: 'Never reached, whatever else is allowed.' }),
    ports: Type.Array(Type.Integer({ minimum: 1, maximum: 65_535 }), {
      default: [443],
      description: 'Ports that may be reached.',
    }),
    proxyUrl: Type.Optional(
      Type.String({
        pattern: '^https?://[^/?#@\\s]+/?$',
        accepts: 'the URL of a proxy that can CONNECT, such as http://proxy.example:3128',
        description: 'All requests but those to allowed origins go through it. Names are then resolved, and judged, there.',
      }),
    ),
    trustedCertificates: Type.Array(Type.String({ pattern: '^-----BEGIN CERTIFICATE-----', accepts: 'a certificate in PEM' }), {
      default: [],
      description: 'Certification authorities besides the public ones, in PEM.',
    }),
    connectTimeoutSeconds: count(2, 'To resolve a name and to open a connection.'),
    headersTimeoutSeconds: count(3, 'Until the headers of an answer are there.'),
    totalTimeoutSeconds: count(5, 'For a request as a whole, its wait for a free place included.'),
    failureFloorMilliseconds: Type.Integer({
      minimum: 0,
      default: 500,
      description: 'No failure is told sooner, so that a refused address and an unknown name take the same time.',
    }),
    headerBytesMax: count(16_384, 'All headers of an answer.'),
    documentBytesMax: count(65_536, 'Key sets, sector documents and request objects, after decompression.'),
    logoBytesMax: count(262_144, 'Logos, after decompression.'),
    requestsAtOnceMax: count(64, 'Requests under way at the same time.'),
    requestsAtOncePerHostMax: count(4, 'Requests under way to one host at the same time.'),
    queueMax: count(256, 'Requests that wait for a free place; further ones fail at once.'),
    requestsPerMinuteMax: count(6000, 'Requests to everybody together.'),
    requestsPerMinutePerHostMax: count(600, 'Requests to one host, and connections to one address.'),
    cacheMinimumSeconds: seconds(60, 'Documents are kept at least so long, whatever their headers say.'),
    cacheMaximumSeconds: seconds(3600, 'Documents are kept at most so long, whatever their headers say.'),
    cacheDefaultSeconds: seconds(300, 'How long documents are kept that say nothing about it.'),
    cacheBytesMax: count(16_777_216, 'Memory for documents, and as much again for logos.'),
    failureCacheSeconds: seconds(30, 'A URL that failed is not asked again for so long.'),
    staleSeconds: seconds(86_400, 'How long the last good key set of a client serves while its URL fails.'),
    statementKeysStaleSeconds: seconds(3600, 'The same for keys that software statements and signed requests are verified with.'),
    reloadIntervalSeconds: seconds(10, 'Keys are fetched anew for an unknown key id at most once in so long, for each URL.'),
  },
  { additionalProperties: false, description: 'Requests to places that clients name.' },
)

export type OutboundOptions = Readonly<Static<typeof outboundOptions>>
