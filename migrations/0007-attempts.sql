-- Registration requests as they came, kept for a while so that changed policies can be tried on them.
create table registration_attempts (
  realm text collate "C" not null,
  id text collate "C" not null,
  at bigint not null,
  attempt json not null,
  primary key (realm, id)
) with (autovacuum_vacuum_scale_factor = 0.05);

create index registration_attempts_at on registration_attempts (at);
