import { Type } from 'typebox'

const flag = (description: string) => Type.Boolean({ default: false, description })

/** How strict the realm is as a whole, and what it demands of every client and request. */
export const strictness = {
  profile: Type.Enum(['oauth21', 'oidc', 'fapi2', 'fapi1-advanced', 'legacy'], {
    default: 'oauth21',
    description: 'What all other settings are where they are left out: see Profiles.',
  }),
  messageRules: Type.Enum(['standard', 'fapi1', 'fapi2'], {
    default: 'standard',
    description: 'What requests, assertions and answers have to look like: as their standards say, or as FAPI narrows them.',
  }),
  pkce: Type.Enum(['required', 'public', 'optional'], {
    default: 'required',
    description: 'Of everybody, of public and native clients, or only of clients that registered for it; S256.',
  }),
  requirePushedAuthorizationRequests: flag('Authorization requests come by `/par` alone (RFC 9126).'),
  requireSignedRequestObjects: flag('Authorization requests are signed, at `/authorize` and at `/par` (RFC 9101 §10.5).'),
  requireSenderConstrainedTokens: flag('Access tokens are bound to a key (DPoP) or a certificate of the client.'),
  unsignedRequestObjects: Type.Enum(['refuse', 'accept'], {
    default: 'refuse',
    description: '`accept`: request objects with `alg` none (OpenID Connect Core §6.1), unless the client registered otherwise.',
  }),
  errorsOfUnprovenClients: Type.Enum(['page', 'redirect'], {
    default: 'page',
    description:
      'Where a self-registered client that the person has not consented to yet is concerned, errors stay with us (RFC 9700 §4.11.2), or go to it as those of others do.',
  }),
  passwordAcr: Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7E]+$',
      accepts: 'a text without spaces',
      description: 'What `acr` says of a sign-in by password. Without it, ID tokens say nothing.',
    }),
  ),
  clientSigningAlgorithms: Type.Array(
    Type.Enum(['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512']),
    {
      minItems: 1,
      default: ['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512'],
      description: 'What clients sign assertions, request objects and DPoP proofs with.',
    },
  ),
}
