-- The nodes that serve this database, each with the realms as it runs them: three lists, one realm in the same place of each.
-- A row is written at a start and with a change; `seen_at` every few seconds, by the clock of the database.
create table nodes (
  id text collate "C" primary key,
  version text not null,
  address text not null,
  public_url text not null,
  started_at bigint not null,
  seen_at bigint not null,
  realms text[] collate "C" not null,
  revisions bigint[] not null,
  definition_digests text[] not null
) with (fillfactor = 50);
