import { type Static, Type } from 'typebox'

/** What an operator can set about sign-in. */
export const interactionOptions = Type.Object(
  {
    attemptWindowSeconds: Type.Integer({
      minimum: 1,
      default: 900,
      description: 'How long a sign-in attempt counts against the limits.',
    }),
    attemptsPerUserMax: Type.Integer({
      minimum: 1,
      default: 10,
      description: 'Failed sign-ins of one user name from one address within the window.',
    }),
    attemptsPerAddressMax: Type.Integer({
      minimum: 1,
      default: 100,
      description: 'Failed sign-ins from one address within the window, whatever the user name.',
    }),
    passwordChecksMax: Type.Integer({
      minimum: 1,
      maximum: 16,
      default: 2,
      description: 'Password checks at the same time; each takes 128 MiB of memory.',
    }),
    passwordQueueMax: Type.Integer({
      minimum: 0,
      default: 64,
      description: 'Password checks that wait for their turn; past it sign-in answers 503.',
    }),
    approvalSessionSeconds: Type.Integer({
      minimum: 60,
      default: 600,
      description: 'How long the approval page of back-channel requests stays signed in.',
    }),
  },
  { additionalProperties: false, default: {}, description: 'Sign-in.' },
)

export type InteractionOptions = Readonly<Static<typeof interactionOptions>>
