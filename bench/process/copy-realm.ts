import pg from 'pg'

/** A realm as an administrator makes one for a tenant. */
export const tenant = {
  tokens: { signingAlgorithms: ['ES256'] },
  grants: ['client_credentials'],
  responseTypes: [],
  scopes: ['read', 'write'],
  registration: { enabled: true, initialAccessTokenRequired: false },
}

/** Makes `tenant-2` and its like, up to `tenant-<count>`, of `tenant-1`: as if an administrator had, each with a scope of its own. */
export async function copyRealm(connection: pg.ClientConfig, count: number): Promise<void> {
  const client = new pg.Client(connection)
  await client.connect()
  await client.query(
    `insert into realms (name, revision, definition, definition_digest, incarnation, created_at, updated_at)
     select 'tenant-' || n, revision, replace(definition::text, 'write', 'write-' || n)::json, definition_digest || n, incarnation || n,
       created_at, updated_at
     from realms, generate_series(2, $1::integer) as n where name = 'tenant-1'`,
    [count],
  )
  await client.query(
    `insert into realm_objects (realm, kind, id, position, definition, created_at, updated_at)
     select 'tenant-' || n, kind, id, position, definition, created_at, updated_at
     from realm_objects, generate_series(2, $1::integer) as n where realm = 'tenant-1'`,
    [count],
  )
  await client.end()
}
