import { type TSchema, Type } from 'typebox'
import { objectId } from './object-names.ts'

const text = (description: string) => Type.String({ minLength: 1, maxLength: 2048, description })
const claim = Type.String({ minLength: 1, maxLength: 255 })

/** Of OIDC Core §5.1; whatever else a provider says is taken over only where somebody asks for it. */
const standardClaims = [
  ...['name', 'given_name', 'family_name', 'middle_name', 'nickname', 'preferred_username', 'picture', 'locale', 'zoneinfo'],
  ...['email', 'email_verified'],
]

/** How a file and the admin API describe an identity provider; they differ in how a secret is given. */
export function identityProviderSchema<Secret extends TSchema>(secret: Secret) {
  return Type.Object(
    {
      id: {
        ...objectId,
        description:
          'Stands in the redirect URI, `{issuer of the realm}/upstream/{id}/callback`, and in every link between accounts.',
      },
      displayName: Type.String({ minLength: 1, maxLength: 64, description: 'What people read on its button.' }),
      enabled: Type.Boolean({ default: true, description: '`false`: nobody signs in there.' }),
      issuer: text('Exactly as its discovery document has it; everything else about it is read there.'),
      clientId: text('The client that the server is there.'),
      authMethod: Type.Enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'], {
        default: 'client_secret_basic',
        description: 'At its token endpoint. `private_key_jwt` is signed with the keys of the realm, which its JWKS has.',
      }),
      secret,
      scopes: Type.Array(Type.String({ pattern: '^[\\x21\\x23-\\x5B\\x5D-\\x7E]+$', accepts: 'a scope without spaces' }), {
        default: ['openid', 'profile', 'email'],
        description: 'What is asked for there; `openid` is among them.',
      }),
      ...claims,
      ...people,
      ...strength,
      passwordForm: Type.Enum(['beside', 'hidden'], {
        default: 'beside',
        description:
          '`hidden`: nobody signs in with a password of this server. With one provider alone, people then go straight there.',
      }),
      clockSkewSeconds: Type.Integer({
        minimum: 0,
        maximum: 300,
        default: 30,
        description: 'How far its clock may be from ours.',
      }),
    },
    { additionalProperties: false },
  )
}

const claims = {
  claimMap: Type.Object(
    {},
    {
      additionalProperties: claim,
      default: {},
      accepts: 'claims of the provider and what they are called here, such as { address.country: country }',
      description: 'Claim of the provider, with a period between levels, to a claim of ours.',
    },
  ),
  keptClaims: Type.Array(claim, { default: standardClaims, description: 'Claims that are taken over as they are.' }),
  requiredClaims: Type.Array(claim, { default: [], description: 'Claims of the provider without which nobody is let in.' }),
  usernameClaim: Type.Optional({
    ...claim,
    description: 'The claim that becomes the user name. Without it `preferred_username`, else `email`, else `sub`.',
  }),
}

const people = {
  emailDomains: Type.Array(
    Type.String({ pattern: '^[a-z0-9-]+(\\.[a-z0-9-]+)+$', accepts: 'a domain in small letters, such as example.com' }),
    { default: [], description: 'Whose people it signs in: a `login_hint` or `domain_hint` of theirs chooses it.' },
  ),
  accounts: Type.Enum(['create', 'existing'], {
    default: 'create',
    description: 'Whether somebody new gets an account, or only those are let in who have one.',
  }),
  linkByVerifiedEmail: Type.Boolean({
    default: false,
    description:
      'Somebody new is taken for the account with the same e-mail address, if both sides have verified it. The provider then decides who is who.',
  }),
  forwardLoginHint: Type.Boolean({ default: true, description: 'Tell it the `login_hint` of a request.' }),
}

const strength = {
  prompt: Type.Optional(
    Type.Enum(['login', 'consent', 'select_account'], {
      description: 'What it is to ask people each time (OIDC Core §3.1.2.1).',
    }),
  ),
  acrValues: Type.Array(Type.String({ pattern: '^\\S+$', accepts: 'a value of acr without spaces' }), {
    default: [],
    description: 'Asked for, and one of them has to be in its ID token.',
  }),
  maxAgeSeconds: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 31_536_000,
      description: 'Since people last proved there who they are; its ID token has to say when.',
    }),
  ),
}
