-- Who writes a client into a group with a limit locks rows of this table first, so that nobody else counts meanwhile.
-- A group has sixteen of them, found by its hash: groups that share some only wait for one another now and then.
-- `budget`: so many clients may still be added to the group `holder` without counting it again, by who holds the row.
create table limit_locks (
  slot integer primary key,
  holder text,
  budget integer not null default 0,
  expires_at bigint not null default 0
) with (fillfactor = 50);

insert into limit_locks select generate_series(0, 4095);

-- Identifiers of statements and signed requests (`jti`), as digests: they can be as long as a request.
create table used_identifiers (
  realm text collate "C" not null,
  digest text collate "C" not null,
  until bigint not null,
  primary key (realm, digest)
);

create index used_identifiers_until on used_identifiers (until);

-- The clients of a group, `p_except` left out, counted up to `p_bound`. Kinds: realm, address, token, software, software-version.
create function registrar_count_group(p_realm text, p_except text, p_kind text, p_value text, p_version text, p_bound bigint)
returns bigint language plpgsql volatile as $$
declare
  n bigint;
begin
  case p_kind
    when 'realm' then
      select count(*) into n from (select from clients where realm = p_realm and client_id <> p_except limit p_bound) g;
    when 'address' then
      -- Every address stands for itself alone (/32, /128) and is therefore sorted between its network and the broadcast address.
      select count(*) into n from (
        select from clients where realm = p_realm and client_id <> p_except and address >= network(p_value::inet)
          and address <= set_masklen(broadcast(p_value::inet), case family(p_value::inet) when 4 then 32 else 128 end)
        limit p_bound
      ) g;
    when 'token' then
      select count(*) into n from (
        select from clients where realm = p_realm and client_id <> p_except and token_key = p_value limit p_bound
      ) g;
    when 'software' then
      select count(*) into n from (
        select from clients where realm = p_realm and client_id <> p_except and software_id = p_value limit p_bound
      ) g;
    when 'software-version' then
      select count(*) into n from (
        select from clients
        where realm = p_realm and client_id <> p_except and software_id = p_value and software_version = p_version
        limit p_bound
      ) g;
  end case;
  return n;
end
$$;

-- Clients of a group that could make room, the oldest first: self-registered, never used, and not under somebody's eyes.
-- `p_locking`: those that somebody else is at are passed over, the others are held.
create function registrar_unused_of_group(
  p_realm text, p_except text, p_kind text, p_value text, p_version text, p_bound bigint, p_locking boolean
) returns setof text language plpgsql volatile as $$
begin
  return query execute
    'select client_id::text from clients where realm = $1 and client_id <> $2 and first_used_at is null and state <> ''suspended''
       and channel in (''open'', ''initial-access-token'', ''software-statement'', ''certificate'') and '
    || case p_kind
      when 'realm' then 'true'
      when 'address' then 'address <<= $3::inet'
      when 'token' then 'token_key = $3'
      when 'software' then 'software_id = $3'
      when 'software-version' then 'software_id = $3 and software_version = $4'
    end
    || ' order by issued_at, client_id limit $5' || case when p_locking then ' for update skip locked' else '' end
  using p_realm, p_except, p_value, p_version, p_bound;
end
$$;

-- Removes clients with all that they held. As with the purge, only that the id was given out is remembered.
create function registrar_evict(p_realm text, p_clients text[], p_events text[], p_at bigint, p_details json)
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
  ), recorded as (
    insert into audit_events (realm, id, type, at, actor, client_id, details)
    select p_realm, event_id, 'client.evicted', p_at, 'system', client_id, p_details from removed
    returning realm, id, type, at, client_id
  )
  insert into webhook_deliveries (realm, id, webhook, event_id, client_id, state, attempts, next_at, created_at)
  select r.realm, r.id || '.' || o.id, o.id, r.id, r.client_id, 'waiting', 0, r.at, r.at
  from recorded r join realm_objects o on o.realm = r.realm and o.subscribed is not null and r.type = any (o.subscribed)
$$;

-- Called by the statement that writes a client, before it does. Each of the arrays has an element for each limit:
-- fewer than `p_maxes` clients must be in the group, or become so by evicting. RG001: a group is full; RG002: an
-- identifier was used; the detail is its index. Everything is undone then, the caller's statement included.
--
-- Being volatile, it sees what was committed before each of its own statements, thus also what was committed while it
-- waited for locks. A group far from its limit is locked by one of its sixteen rows: those who hold the other fifteen
-- may each add a client that is not seen yet, which is why that many must have room besides. Near the limit all rows are
-- locked, and the count is exact. Rows are locked in one order; a savepoint gives them back.
--
-- A large group is not counted every time. Who has counted it under all locks shares the distance to the limit out among the
-- rows: while a row has some of it left, a client is admitted at the price of one. It lapses after some seconds, because
-- clients that no limit is asked for (an administrator's) join the group without telling.
create function registrar_admit(
  p_realm text, p_client text, p_at bigint,
  p_kinds text[], p_values text[], p_versions text[], p_maxes bigint[], p_evicts integer[], p_events text[],
  p_used text[], p_untils bigint[]
) returns void language plpgsql volatile as $$
declare
  stripes constant integer := 16;
  evictions_max constant integer := 10;
  small_group constant integer := 200;
  budget_seconds constant integer := 10;
  limits constant integer := cardinality(p_kinds);
  stripe constant integer := pg_backend_pid() % stripes;
  bases integer[] := '{}';
  holders text[] := '{}';
  is_exact boolean[] := '{}';
  counts bigint[] := '{}';
  slots integer[];
  row limit_locks;
  must_retry boolean;
  share integer;
  need bigint;
  victims text[];
  evicted integer := 0;
  i integer;
begin
  -- In one order, so that two who use the same ones wait for each other instead of locking each other out.
  for i in select position from unnest(p_used) with ordinality as u (digest, position) order by digest loop
    insert into used_identifiers as u (realm, digest, until) values (p_realm, p_used[i], p_untils[i])
    on conflict (realm, digest) do update set until = excluded.until where u.until <= p_at;
    if not found then
      raise exception 'an identifier was used before' using errcode = 'RG002', detail = (i - 1)::text;
    end if;
  end loop;

  for i in 1 .. limits loop
    -- Versions of one software share their rows.
    bases[i] := (hashtextextended(p_realm || ' ' || split_part(p_kinds[i], '-', 1) || ' ' || p_values[i], 0) & 255)::integer * stripes;
    holders[i] := json_build_array(p_realm, p_kinds[i], p_values[i], p_versions[i], p_maxes[i]);
    is_exact[i] := p_maxes[i] < 2 * stripes;
  end loop;

  if limits > 0 then loop
    begin
      must_retry := false;
      slots := '{}';
      for i in 1 .. limits loop
        if is_exact[i] then
          slots := slots || array(select generate_series(bases[i], bases[i] + stripes - 1));
        else
          slots := slots || (bases[i] + stripe);
        end if;
        counts[i] := null;
      end loop;
      for row in select * from limit_locks where slot = any (slots) order by slot for update loop
        if row.budget > 0 and row.slot % stripes = stripe and row.expires_at > extract(epoch from clock_timestamp()) then
          i := array_position(holders, row.holder);
          if i is not null then
            update limit_locks set budget = budget - 1 where slot = row.slot;
            counts[i] := 0;
          end if;
        end if;
      end loop;
      for i in 1 .. limits loop
        continue when counts[i] is not null;
        counts[i] := registrar_count_group(p_realm, p_client, p_kinds[i], p_values[i], p_versions[i], p_maxes[i] + evictions_max);
        if not is_exact[i] then
          is_exact[i] := counts[i] >= small_group or counts[i] + stripes > p_maxes[i];
          must_retry := must_retry or is_exact[i];
        else
          -- Near the limit nothing is left to share out, and what was shared out before has to be taken back.
          share := case when counts[i] < small_group then 0 else least((p_maxes[i] - counts[i] - stripes) / stripes, 1000) end;
          update limit_locks set holder = holders[i], budget = greatest(share, 0),
            expires_at = extract(epoch from clock_timestamp())::bigint + budget_seconds
          where slot between bases[i] and bases[i] + stripes - 1 and (share > 0 or (holder = holders[i] and budget > 0));
        end if;
      end loop;
      if must_retry then
        raise exception 'a closer look is needed' using errcode = 'RG000';
      end if;
      exit;
    exception when sqlstate 'RG000' then
      null;
    end;
  end loop; end if;

  for i in 1 .. limits loop
    if evicted > 0 and counts[i] >= p_maxes[i] then
      counts[i] := registrar_count_group(p_realm, p_client, p_kinds[i], p_values[i], p_versions[i], p_maxes[i] + evictions_max);
    end if;
    need := counts[i] - p_maxes[i] + 1;
    if need > 0 and need <= evictions_max and p_evicts[i] = 1 then
      victims := array(
        select registrar_unused_of_group(p_realm, p_client, p_kinds[i], p_values[i], p_versions[i], need, true)
      );
      if cardinality(victims) = need then
        perform registrar_evict(
          p_realm, victims, p_events[evicted + 1 : evicted + need], p_at,
          json_build_object('group', p_kinds[i], 'for', p_client)
        );
        evicted := evicted + need;
        need := 0;
      end if;
    end if;
    if need > 0 then
      raise exception 'a group of clients is full' using errcode = 'RG001', detail = (i - 1)::text;
    end if;
  end loop;
end
$$;

-- For the end of such a statement: what it was called for was not done, so that nothing else may have happened either.
create function registrar_require_done(p_count bigint) returns integer language plpgsql volatile as $$
begin
  if p_count = 0 then
    raise exception 'nothing was written' using errcode = 'RG003';
  end if;
  return p_count;
end
$$;
