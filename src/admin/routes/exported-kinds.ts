import type { ObjectMember } from '../ports.ts'

/** In an order in which each finds what it names. */
export const exportedKinds: readonly (readonly [kind: string, member: ObjectMember])[] = [
  ['scope', 'scopes'],
  ['scope-group', 'scopeGroups'],
  ['extended-property', 'extendedProperties'],
  ['trusted-ca', 'trustedCas'],
  ['statement-issuer', 'statementIssuers'],
  ['assertion-issuer', 'assertionIssuers'],
  ['assertion-audience', 'assertionAudiences'],
  ['policy', 'policies'],
  ['webhook', 'webhooks'],
  ['resource', 'resources'],
  ['identity-provider', 'identityProviders'],
  ['directory', 'directories'],
]
