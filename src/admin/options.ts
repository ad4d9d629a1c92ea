import { type Static, Type } from 'typebox'

/** What an operator can set about the admin listener. */
export const adminOptions = Type.Object(
  {
    bodyBytesMax: Type.Integer({ minimum: 1024, maximum: 1_048_576, default: 65_536, description: 'Of a request.' }),
    metricsWithoutToken: Type.Boolean({
      default: false,
      description: 'Show /metrics to whoever reaches the listener, for scrapers that cannot send a bearer token.',
    }),
  },
  { additionalProperties: false, description: 'The admin listener.' },
)

export type AdminOptions = Readonly<Static<typeof adminOptions>>
