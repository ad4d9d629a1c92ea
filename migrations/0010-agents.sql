-- An agent is a client with an identity, which stands in `admission`; here is what agents are looked for by.
alter table clients
  add column agent_id text collate "C",
  add column agent_name text,
  add column agent_owners text[] collate "C";

create unique index clients_agent on clients (realm, agent_id) where agent_id is not null;

-- For whom an agent may act, at which application or protected resource (`resource`), with which scopes. `client_id` is that of
-- the agent. Without a resource, and without anybody in `subjects` and `subject_groups`, there is nothing that it may do yet;
-- without scopes it is not confined to some of them.
create table agent_privileges (
  realm text collate "C" not null,
  id text collate "C" not null,
  agent_id text collate "C" not null,
  client_id text collate "C" not null,
  resource text collate "C",
  subjects text[] collate "C" not null,
  subject_groups text[] collate "C" not null,
  scopes text[] collate "C" not null,
  description text,
  created_at bigint not null,
  updated_at bigint not null,
  revision integer not null,
  primary key (realm, id)
);

-- Asked at every exchange of an agent.
create index agent_privileges_agent on agent_privileges (realm, agent_id, resource);

-- A client that goes takes its privileges along, and those at it.
create index agent_privileges_client on agent_privileges (realm, client_id);
create index agent_privileges_resource on agent_privileges (realm, resource) where resource is not null;

-- Removes clients with all that they held. As with the purge, only that the id was given out is remembered.
create or replace function registrar_evict(p_realm text, p_clients text[], p_events text[], p_at bigint, p_details json)
returns void language sql volatile as $$
  with victims as (
    select client_id, event_id from unnest(p_clients, p_events) as v (client_id, event_id)
  ), removed as (
    delete from clients c using victims v where c.realm = p_realm and c.client_id = v.client_id
    returning c.client_id, v.event_id, c.revision, c.updated_at, c.channel, c.state, c.first_party
  ), kept as (
    insert into client_revisions
      (realm, client_id, event_id, revision, updated_at, superseded_at, removed, channel, state, first_party, metadata)
    select p_realm, client_id, event_id, revision, updated_at, p_at, true, channel, state, first_party, '{}' from removed
  ), objects as (
    delete from engine_objects o using removed r where o.realm = p_realm and o.client_id = r.client_id
  ), given as (
    delete from consents g using removed r where g.realm = p_realm and g.client_id = r.client_id
  ), privileges as (
    delete from agent_privileges p using removed r
    where p.realm = p_realm and (p.client_id = r.client_id or p.resource = r.client_id)
  ), recorded as (
    insert into audit_events (realm, id, type, at, actor, client_id, details)
    select p_realm, event_id, 'client.evicted', p_at, 'system', client_id, p_details from removed
    returning realm, id, type, at, client_id
  )
  insert into webhook_deliveries (realm, id, webhook, event_id, client_id, state, attempts, next_at, created_at)
  select r.realm, r.id || '.' || o.id, o.id, r.id, r.client_id, 'waiting', 0, r.at, r.at
  from recorded r join realm_objects o on o.realm = r.realm and o.subscribed is not null and r.type = any (o.subscribed)
$$;
