-- What administrators define at run time: policies, statement issuers, trusted CAs, extended properties, scopes, webhooks.
-- `position` orders the objects of a kind. `subscribed` is written for webhooks that are switched on: the types of events.
create table realm_objects (
  realm text collate "C" not null,
  kind text collate "C" not null,
  id text collate "C" not null,
  position integer not null,
  definition json not null,
  subscribed text[] collate "C",
  created_at bigint not null,
  updated_at bigint not null,
  primary key (realm, kind, id)
);

-- Every event that is recorded looks here; where a realm has no webhooks, that is one look at an empty place.
create index realm_objects_subscribed on realm_objects (realm) where subscribed is not null;

-- An event for a webhook: written with the event, gone once it was delivered; dead when the attempts have come to an end.
-- A delivery that somebody is at has a `next_at` in the future: should they never come back, another one tries then.
create table webhook_deliveries (
  realm text collate "C" not null,
  id text collate "C" not null,
  webhook text collate "C" not null,
  event_id text collate "C" not null,
  client_id text collate "C",
  state text not null,
  attempts integer not null,
  next_at bigint not null,
  last_error text,
  created_at bigint not null,
  primary key (realm, id)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

-- Each webhook is looked at by itself: one that falls behind does not stand in the way of the others.
create index webhook_deliveries_waiting on webhook_deliveries (realm, webhook, next_at, id) where state = 'waiting';

-- What happened to one client is told in its order; only what was tried in vain is overtaken.
create index webhook_deliveries_untried on webhook_deliveries (realm, webhook, client_id, id)
  where state = 'waiting' and last_error is null;

create index webhook_deliveries_dead on webhook_deliveries (realm, id) where state = 'dead';
create index webhook_deliveries_webhook on webhook_deliveries (realm, webhook, id);
