import { Type } from 'typebox'
import { isInRange, parseAddressRange } from '../metadata/address-range.ts'
import { definePolicy, refuse } from '../policy-authority/define-policy.ts'

function ranges(options: { readonly description: string }) {
  const range = Type.Refine(
    Type.String(),
    (text) => parseAddressRange(text) !== undefined,
    () => 'must be an IP address or a block of them, such as 192.0.2.0/24 or 2001:db8::/32',
  )
  return Type.Array(range, { ...options, default: [] })
}

export default definePolicy({
  name: 'request-addresses',
  summary: 'Requests come from networks that the operator lists, or at least not from those that are denied.',
  cites: ['RFC 7591 §5', 'RFC 4632', 'RFC 4291 §2.5.5.2', 'SEC-DOS-01'],
  concerns: 'requester',
  operations: ['create', 'update', 'read', 'delete'],
  options: Type.Object(
    {
      allow: ranges({
        description: 'IPv4 and IPv6 addresses or blocks that requests may come from; none: all that are not denied.',
      }),
      deny: ranges({ description: 'Addresses or blocks that no request may come from, even if they are allowed.' }),
      operations: Type.Array(Type.Enum(['create', 'update', 'read', 'delete']), {
        description: 'What it is about.',
        minItems: 1,
        default: ['create', 'update', 'read', 'delete'],
      }),
    },
    { additionalProperties: false },
  ),

  judge({ operation, requester: { address = '' } }, { allow, deny, operations }) {
    if (!operations.includes(operation)) return []
    const isKnown = parseAddressRange(address) !== undefined
    const isDenied = deny.some((range) => isInRange(address, range))
    const isAllowed = allow.length === 0 || allow.some((range) => isInRange(address, range))
    // Who is not known cannot be told from those who are denied.
    if (isKnown && isAllowed && !isDenied) return []
    return [refuse('access_denied', undefined, 'requests of this kind must come from a network that the operator allows')]
  },

  examples: {
    options: { allow: ['192.0.2.0/24', '2001:db8::/32'], deny: ['192.0.2.13'], operations: ['create', 'update', 'delete'] },
    allows: [],
    refuses: [{}],
    cases: [
      { title: 'allows an IPv4 address of the block', given: { requester: { address: '192.0.2.200' } }, yields: [] },
      { title: 'refuses what is denied in it', given: { requester: { address: '192.0.2.13' } }, yields: ['refuse'] },
      { title: 'sees through IPv6 that holds IPv4', given: { requester: { address: '::ffff:192.0.2.13' } }, yields: ['refuse'] },
      {
        title: 'sees through its other spelling',
        given: { requester: { address: '0:0:0:0:0:FFFF:c000:020d' } },
        yields: ['refuse'],
      },
      { title: 'allows an IPv6 address of the block', given: { requester: { address: '2001:db8:1::1' } }, yields: [] },
      { title: 'refuses others', given: { requester: { address: '2001:db9::1' } }, yields: ['refuse'] },
      { title: 'refuses what is no address', given: { requester: { address: '192.0.2.1.evil' } }, yields: ['refuse'] },
      { title: 'leaves other operations alone', given: { operation: 'read' }, yields: [] },
      {
        title: 'allows everybody but those denied',
        options: { allow: [], deny: ['0.0.0.0/1'], operations: ['read'] },
        given: { operation: 'read', requester: { address: '200.1.1.1' } },
        yields: [],
      },
    ],
  },
})
