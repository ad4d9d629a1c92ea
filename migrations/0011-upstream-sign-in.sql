-- Somebody who signs in at an identity provider, and the account that he or she has here. `owns_account`: it came to be with
-- the first sign-in there, whose claims it follows; otherwise it was there before.
create table account_links (
  realm text collate "C" not null,
  provider text collate "C" not null,
  issuer text collate "C" not null,
  subject text collate "C" not null,
  account_id text collate "C" not null,
  owns_account boolean not null,
  linked_at bigint not null,
  primary key (realm, provider, issuer, subject),
  foreign key (realm, account_id) references users (realm, id) on delete cascade
);

create index account_links_account on account_links (realm, account_id);

-- Whoever signs in elsewhere has no password here.
alter table users alter column password_hash drop not null;
