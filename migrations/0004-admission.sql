-- What a client was admitted with (bound policies, software statement, review), and what clients are counted by.
-- `address`, `token_key` and `software_version` are for limits: null where nothing is counted, so that the indexes hold
-- those alone that are. `properties` holds `realm name=value`, written only where the realm has extended properties.
alter table clients
  add column admission json,
  add column expires_at bigint,
  add column pending_since bigint,
  add column address inet,
  add column token_key text collate "C",
  add column software_version text collate "C",
  add column properties text[] collate "C";

create index clients_expiry on clients (expires_at) where expires_at is not null;
create index clients_address on clients (realm, address, client_id) where address is not null;
create index clients_token on clients (realm, token_key, client_id) where token_key is not null;
create index clients_software_version on clients (realm, software_id, software_version, client_id)
  where software_version is not null;

-- Without a pending list: a registration now and then would pay for all those before it.
create index clients_properties on clients using gin (properties) with (fastupdate = off) where properties is not null;

-- Few are not active, and somebody looks for them. `pending_since`: candidates of the purge.
create index clients_not_active on clients (realm, state, client_id) where state <> 'active';
create index clients_pending on clients (realm, pending_since) where pending_since is not null;

alter table client_revisions
  add column admission json,
  add column expires_at bigint;

-- Ids of the policy instances that clients of the token are bound to.
alter table initial_access_tokens add column policies json not null default '[]';
