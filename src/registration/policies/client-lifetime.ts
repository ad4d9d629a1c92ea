import { Type } from 'typebox'
import { definePolicy, expire } from '../policy-authority/define-policy.ts'

export default definePolicy({
  name: 'client-lifetime',
  summary: 'A client ends some time after it was registered, whatever it does in between.',
  cites: ['RFC 7591 §5', 'SEC-DOS-02'],
  concerns: 'requester',
  options: Type.Object(
    {
      lifetimeSeconds: Type.Integer({
        description: 'How long a client lives, counted from its registration; updates do not prolong it.',
        minimum: 60,
        default: 2_592_000,
      }),
    },
    { additionalProperties: false },
  ),

  judge: (_context, { lifetimeSeconds }) => [
    expire(lifetimeSeconds, `the client ends ${lifetimeSeconds} seconds after its registration`),
  ],

  examples: {
    options: { lifetimeSeconds: 86_400 },
    allows: [{}],
    refuses: [],
    cases: [
      { title: 'ends a new client', given: {}, yields: ['expire'] },
      { title: 'keeps the end at an update', given: { operation: 'update' }, yields: ['expire'] },
    ],
  },
})
