-- Ids compare byte by byte ("C"), so that keyset paging means the same on every server, whatever its locale.
-- JSON is kept as json, not jsonb: text comes back as it came (order, duplicates), and an escaped NUL or a lone
-- surrogate, which jsonb refuses, cannot make a write fail. Nothing searches inside: what is searched has a column.
-- Times are seconds since 1970. No sequences, no foreign keys, no triggers: nothing here needs a single writer.

create table realms (
  name text collate "C" primary key,
  revision bigint not null,
  definition_digest text,
  registration_settings json
);

create table clients (
  realm text collate "C" not null,
  client_id text collate "C" not null,
  issued_at bigint not null,
  updated_at bigint not null,
  channel text not null,
  state text not null,
  first_party boolean not null,
  software_id text collate "C",
  client_name text,
  revision integer not null,
  first_used_at bigint,
  last_used_at bigint,
  metadata json not null,
  secrets json not null,
  registration_access_tokens json not null,
  provenance json not null,
  locked_members json not null,
  primary key (realm, client_id)
) with (fillfactor = 90);

create index clients_software on clients (realm, software_id, client_id) where software_id is not null;

-- Candidates of the purge alone; a client leaves this index with its first use.
create index clients_unused on clients (realm, issued_at) where first_used_at is null;

-- What a client was before a change; the current revision is the client's own row. The last revision of a removed
-- client stays for good: an id that was given out once is not given out again.
create table client_revisions (
  realm text collate "C" not null,
  client_id text collate "C" not null,
  event_id text collate "C" not null,
  revision integer not null,
  updated_at bigint not null,
  superseded_at bigint not null,
  removed boolean not null,
  channel text not null,
  state text not null,
  first_party boolean not null,
  metadata json not null,
  primary key (realm, client_id, event_id)
);

create table audit_events (
  realm text collate "C" not null,
  id text collate "C" not null,
  type text collate "C" not null,
  at bigint not null,
  actor text not null,
  client_id text collate "C",
  request_id text,
  address text,
  details json not null,
  primary key (realm, id)
);

create index audit_events_client on audit_events (realm, client_id, id) where client_id is not null;
create index audit_events_type on audit_events (realm, type, id);

create table initial_access_tokens (
  realm text collate "C" not null,
  id text collate "C" not null,
  digest text collate "C" not null,
  label text,
  created_at bigint not null,
  expires_at bigint,
  uses_max integer,
  uses integer not null,
  revoked_at bigint,
  defaults json not null,
  locked json not null,
  primary key (realm, id)
) with (fillfactor = 50);

create unique index initial_access_tokens_digest on initial_access_tokens (realm, digest);

create table engine_objects (
  realm text collate "C" not null,
  model text collate "C" not null,
  id text collate "C" not null,
  grant_id text collate "C",
  uid text collate "C",
  user_code text collate "C",
  account_id text collate "C",
  client_id text collate "C",
  expires_at bigint,
  consumed_at bigint,
  payload json not null,
  primary key (realm, model, id)
) with (autovacuum_vacuum_scale_factor = 0.05);

create index engine_objects_grant on engine_objects (realm, grant_id) where grant_id is not null;
create index engine_objects_uid on engine_objects (realm, model, uid) where uid is not null;
create index engine_objects_user_code on engine_objects (realm, model, user_code) where user_code is not null;
create index engine_objects_account on engine_objects (realm, model, account_id) where account_id is not null;
create index engine_objects_client on engine_objects (realm, client_id) where client_id is not null;
create index engine_objects_expiry on engine_objects (expires_at) where expires_at is not null;

create table signing_keys (
  realm text collate "C" not null,
  kid text collate "C" not null,
  alg text not null,
  public_jwk json not null,
  sealed_private_jwk text not null,
  created_at bigint not null,
  signs_from bigint not null,
  published_until bigint,
  primary key (realm, kid)
);

create table revoked_tokens (
  realm text collate "C" not null,
  jti text collate "C" not null,
  expires_at bigint not null,
  primary key (realm, jti)
);

create index revoked_tokens_expiry on revoked_tokens (expires_at);

create table consents (
  realm text collate "C" not null,
  account_id text collate "C" not null,
  client_id text collate "C" not null,
  scopes json not null,
  claims json not null,
  resource_scopes json not null,
  face_digest text not null,
  given_at bigint not null,
  primary key (realm, account_id, client_id)
);

create index consents_client on consents (realm, client_id);

create table users (
  realm text collate "C" not null,
  id text collate "C" not null,
  username text collate "C" not null,
  password_hash text not null,
  claims json not null,
  active boolean not null,
  provisioned boolean not null,
  primary key (realm, id)
);

create unique index users_username on users (realm, username);
