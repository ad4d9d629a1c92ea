interface Instance {
  readonly id: string
  readonly policy: string
  readonly options: Readonly<Record<string, unknown>>
}

/**
 * Policies as a careful operator has them; the public client of the scenarios passes them all. The one that amends it comes first:
 * those before it would be asked twice.
 */
export const twentyPolicies: readonly Instance[] = Object.entries({
  'pkce-required': {},
  'response-types': { allowed: ['code'] },
  'grant-types': {},
  'authentication-methods': { allowed: ['none', 'client_secret_basic', 'private_key_jwt'] },
  'redirect-hosts': { hosts: ['client.example', '*.apps.example'] },
  'redirect-hosts-denied': { hosts: ['short.example', '*.github.io', '*.pages.example'] },
  'redirect-schemes': { schemes: ['https'] },
  'redirect-uris-https-only': {},
  'same-host-uris': {},
  'scope-ceilings': { scopes: ['openid', 'profile', 'email', 'offline_access', 'mcp:*'] },
  'signature-algorithms': { algorithms: ['RS256', 'PS256', 'ES256'] },
  'key-strength': {},
  'reserved-names': { names: ['Google', 'Acme Bank', 'PayPal'] },
  'known-software': { software: [{ names: ['Visual Studio Code'], hosts: ['vscode.dev'] }] },
  'immutable-members': {},
  'public-clients': {},
  'client-lifetime': { lifetimeSeconds: 7_776_000 },
  'request-hours': { windows: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '00:00', to: '00:00' }] },
  'request-addresses': { deny: ['203.0.113.0/24', '2001:db8::/32'] },
  'approval-required': { scopes: ['payments:*'] },
}).map(([policy, options]) => ({ id: policy, policy, options }))

/** Limits are kept by the database, which counts clients in the statement that writes one; they are measured apart. */
export const clientLimits: readonly Instance[] = [
  { id: 'client-limits', policy: 'client-limits', options: { perRealm: 10_000_000, perAddress: 1_000_000 } },
]
