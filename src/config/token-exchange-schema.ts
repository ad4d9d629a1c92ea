import { Type } from 'typebox'

const strict = { additionalProperties: false }
const day = 86_400

const rule = Type.Object(
  {
    client: Type.String({ minLength: 1, description: 'The `client_id` of the client that exchanges.' }),
    audiences: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'It may exchange tokens that were made for one of these resources.',
    }),
    issuedTo: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'It may exchange tokens that were issued to one of these clients.',
    }),
  },
  strict,
)

/** Without rules, a client exchanges what was issued to it or made for it, and whoever acts is named in the token. */
export const tokenExchangeSchema = Type.Object(
  {
    publicClients: Type.Boolean({ default: false, description: 'Clients that cannot authenticate may exchange tokens too.' }),
    withoutActorToken: Type.Enum(['client-acts', 'impersonate', 'refuse'], {
      default: 'client-acts',
      description:
        'Of another client’s token without `actor_token`: the client itself is named as `act`, nobody is, or there is no exchange.',
    }),
    requireMayAct: Type.Boolean({
      default: false,
      description: 'Nobody acts for a subject whose token does not say so by `may_act`.',
    }),
    chainLengthMax: Type.Integer({
      minimum: 1,
      maximum: 10,
      default: 5,
      description: 'How many exchanges may follow one another; `act` is never deeper.',
    }),
    lifetimeSeconds: Type.Integer({
      minimum: 1,
      maximum: day,
      default: 3600,
      description: 'The longest life of an exchanged token. It ends with the token that it was made from anyhow.',
    }),
    rules: Type.Array(rule, {
      default: [],
      description: 'Which clients may exchange tokens that were neither issued to them nor made for them.',
    }),
    applications: Type.Union([Type.Literal('any'), Type.Array(Type.String({ minLength: 1 }))], {
      default: [],
      accepts: '`any`, or a list of client_ids',
      description:
        'Clients whose `client_id` can be the `audience` of an exchange, so that tokens are made for them; `any`: every one.',
    }),
    unknownAudiences: Type.Enum(['refuse', 'ignore'], {
      default: 'refuse',
      description:
        'Of an `audience` that is neither a resource nor one of these: `invalid_target`, or as if it had not been sent.',
    }),
  },
  { ...strict, default: {}, description: 'Token exchange (RFC 8693); it is served where `grants` has `token-exchange`.' },
)
