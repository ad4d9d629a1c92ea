import { Type } from 'typebox'
import { sameValue } from '../metadata/member-values.ts'
import { definePolicy, type LimitedGroup, limit, type PolicyContext } from '../policy-authority/define-policy.ts'

const count = { minimum: 1 }

export default definePolicy({
  name: 'client-limits',
  summary: 'There are at most so many clients: of the realm, a network, a token, a software.',
  cites: ['RFC 7591 §5', 'SEC-DOS-01', 'SEC-DOS-04'],
  concerns: 'requester',
  options: Type.Object(
    {
      perRealm: Type.Optional(Type.Integer({ ...count, description: 'How many clients the realm has at most.' })),
      perAddress: Type.Optional(
        Type.Integer({ ...count, description: 'How many clients may have registered themselves from one network.' }),
      ),
      ipv4Bits: Type.Integer({
        description: 'The part of an IPv4 address that names the network.',
        minimum: 8,
        maximum: 32,
        default: 32,
      }),
      ipv6Bits: Type.Integer({
        description: 'The part of an IPv6 address that names the network; whoever has one address has 64 bits of them.',
        minimum: 16,
        maximum: 128,
        default: 64,
      }),
      perToken: Type.Optional(
        Type.Integer({
          ...count,
          description: 'How many clients may be admitted with one initial access token, or by one client.',
        }),
      ),
      perSoftware: Type.Optional(Type.Integer({ ...count, description: 'How many clients may have the same software_id.' })),
      evictUnused: Type.Boolean({
        description: 'The oldest client of the group that was never used makes room for the new one.',
        default: true,
      }),
      code: Type.Enum(['access_denied', 'temporarily_unavailable', 'invalid_client_metadata'], {
        description: 'The error that a registration beyond the limit is answered with.',
        default: 'access_denied',
      }),
    },
    { additionalProperties: false },
  ),

  judge(context, options) {
    const { perRealm, perAddress, perToken, perSoftware, evictUnused, code } = options
    const { requester, metadata } = context
    const hasToken = requester.initialAccessToken !== undefined || requester.accessToken !== undefined
    const limited = (max: number | undefined, of: LimitedGroup, whose: string) =>
      max === undefined
        ? []
        : [limit(of, max, { evictUnused, code, reason: `at most ${max} clients ${whose} can be registered` })]
    const bits = { ipv4Bits: options.ipv4Bits, ipv6Bits: options.ipv6Bits }
    // An update makes no client; only the software can become another by it.
    const atCreation =
      context.operation === 'create'
        ? [
            ...limited(perRealm, { kind: 'realm' }, 'of this realm'),
            ...(requester.address === undefined ? [] : limited(perAddress, { kind: 'address', ...bits }, 'from one network')),
            ...(hasToken ? limited(perToken, { kind: 'token' }, 'with one token') : []),
          ]
        : []
    const isOfSoftware = metadata.software_id !== undefined && hasNewSoftware(context)
    return [
      ...atCreation,
      ...(isOfSoftware ? limited(perSoftware, { kind: 'software', perVersion: false }, 'with one software_id') : []),
    ]
  },

  examples: {
    options: {
      perRealm: 100_000,
      perAddress: 10,
      ipv4Bits: 24,
      ipv6Bits: 48,
      perToken: 5,
      perSoftware: 3,
      evictUnused: true,
      code: 'access_denied',
    },
    allows: [{}, { software_id: 'one' }],
    refuses: [],
    cases: [
      {
        title: 'limits every group that the client belongs to',
        given: {
          metadata: { software_id: 'one' },
          requester: { address: '192.0.2.1', initialAccessToken: { id: 't1' } },
        },
        yields: ['limit', 'limit', 'limit', 'limit'],
      },
      { title: 'limits nothing but the realm for a client of no other group', given: {}, yields: ['limit'] },
      {
        title: 'counts a software that an update names newly',
        given: {
          operation: 'update',
          metadata: { software_id: 'two' },
          client: { client_id: 'c1', client_id_issued_at: 1, channel: 'open', state: 'active', metadata: { software_id: 'one' } },
        },
        yields: ['limit'],
      },
      {
        title: 'counts nothing in an update that leaves the software as it is',
        given: {
          operation: 'update',
          metadata: { software_id: 'one' },
          client: { client_id: 'c1', client_id_issued_at: 1, channel: 'open', state: 'active', metadata: { software_id: 'one' } },
        },
        yields: [],
      },
    ],
  },
})

function hasNewSoftware({ client, metadata }: PolicyContext): boolean {
  return client === undefined || !sameValue(client.metadata.software_id, metadata.software_id)
}
