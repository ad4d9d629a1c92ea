-- A realm that administrators made at run time has a `definition`, as they wrote it; the others come from configuration files.
-- `incarnation`: a realm that is made anew under the name of one that was removed has another. `removed_at`: it is there no
-- more, and its rows are being deleted; the row itself goes last, so that nobody makes the realm anew in the meantime.
-- `provisioned_digest`: of the users and clients that a configuration file gave the realm, so that a start need not look at each.
alter table realms
  add column definition json,
  add column incarnation text collate "C",
  add column created_at bigint,
  add column updated_at bigint,
  add column removed_at bigint,
  add column provisioned_digest text;

create index realms_removed on realms (removed_at) where removed_at is not null;
