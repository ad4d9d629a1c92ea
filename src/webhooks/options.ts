import { type Static, Type } from 'typebox'

/** What an operator can set about deliveries. */
export const webhooksOptions = Type.Object(
  {
    attemptsMax: Type.Integer({
      minimum: 1,
      maximum: 20,
      default: 12,
      description: 'After so many the delivery is given up. Twelve take about a day.',
    }),
    timeoutSeconds: Type.Integer({ minimum: 1, maximum: 60, default: 10, description: 'For one attempt as a whole.' }),
    atOnceMax: Type.Integer({ minimum: 2, maximum: 1000, default: 64, description: 'Attempts of a node at the same time.' }),
    atOncePerWebhookMax: Type.Integer({
      minimum: 1,
      maximum: 100,
      default: 4,
      description: 'Attempts of a node at the same time for one webhook; one, while it fails.',
    }),
  },
  { additionalProperties: false, description: 'How events are delivered to the webhooks of every realm.' },
)

export type WebhooksOptions = Readonly<Static<typeof webhooksOptions>>

const secret = '(?:whsec_[A-Za-z0-9+/]{32,86}={0,2}|(?!whsec_)[^\\s]{16,512})'

/** One secret, or several with a space between them: every delivery is signed with each, so that one can replace another. */
export const webhookSecret = {
  pattern: `^${secret}(?: ${secret}){0,3}$`,
  accepts: 'whsec_ and the base64 of 24 to 64 random bytes, or another text of at least 16 characters without spaces',
} as const
