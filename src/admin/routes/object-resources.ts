import type { AdminRoute } from '../admin-route.ts'
import type { AdminPorts } from '../ports.ts'
import { objectRoutes } from './realm-objects.ts'
import { trustedCaRoutes } from './trusted-cas.ts'

/** What a realm has several of, and nothing special is about; policies have a file of their own. */
export function objectResourceRoutes(ports: AdminPorts): readonly AdminRoute[] {
  const { scopes, scopeGroups, extendedProperties, statementIssuers, webhooks, identityProviders } = ports.objects
  const { assertionIssuers, assertionAudiences, resources, directories } = ports.objects
  return [
    ...objectRoutes(ports, { name: 'scopes', one: 'a scope', objects: scopes }),
    ...objectRoutes(ports, { name: 'scope-groups', one: 'a scope group', objects: scopeGroups }),
    ...objectRoutes(ports, { name: 'extended-properties', one: 'an extended property', objects: extendedProperties }),
    ...objectRoutes(ports, { name: 'statement-issuers', one: 'a statement issuer', objects: statementIssuers }),
    ...objectRoutes(ports, { name: 'assertion-issuers', one: 'an assertion issuer', objects: assertionIssuers }),
    ...objectRoutes(ports, { name: 'assertion-audiences', one: 'an assertion audience', objects: assertionAudiences }),
    ...objectRoutes(ports, { name: 'webhooks', one: 'a webhook', objects: webhooks }),
    ...objectRoutes(ports, { name: 'resources', one: 'a protected resource', objects: resources }),
    ...objectRoutes(ports, { name: 'identity-providers', one: 'an identity provider', objects: identityProviders }),
    ...objectRoutes(ports, { name: 'directories', one: 'a directory', objects: directories }),
    ...trustedCaRoutes(ports),
  ]
}
