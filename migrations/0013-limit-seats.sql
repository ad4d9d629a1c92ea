-- Limits that nobody waits for: those who register at once have rows of their own, and a large group is counted seldom.

-- Read by the purge alone, which can as well read the whole of a small table.
drop index limit_budgets_expiry;

-- One of `p_seats` numbers that no other transaction of this realm has, as long as there are some; and no number is waited for.
create function registrar_seat(p_realm text, p_seats integer) returns integer language plpgsql volatile as $$
declare
  realm constant integer := hashtext(p_realm);
  first constant integer := pg_backend_pid() % p_seats;
begin
  for n in 0 .. p_seats - 1 loop
    if pg_try_advisory_xact_lock(realm, (first + n) % p_seats) then
      return (first + n) % p_seats;
    end if;
  end loop;
  return first;
end
$$;

-- Each identifier once, until the time that belongs to it. RG002: one was used before; the detail is its index.
create function registrar_use(p_realm text, p_at bigint, p_used text[], p_untils bigint[]) returns void language plpgsql volatile as $$
declare
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
end
$$;

-- The limits of `registrar_admit`, group by group: by a budget where there is one, by counting where there is none. `p_mine`: the
-- row of each group that is locked.
create function registrar_admit_counted(
  p_realm text, p_client text, p_at bigint,
  p_kinds text[], p_values text[], p_versions text[], p_maxes bigint[], p_evicts integer[],
  p_firsts integer[], p_holders text[], p_order integer[], p_exact integer[], p_event text, p_mine integer
) returns void language plpgsql volatile as $$
declare
  stripes constant integer := 16;
  evictions_max constant integer := 10;
  small_group constant integer := 200;
  far_from_limit constant integer := 20000;
  near_seconds constant integer := 10;
  far_seconds constant integer := 300;
  budget_max constant integer := 1000000;
  limits constant integer := cardinality(p_kinds);
  now constant bigint := extract(epoch from clock_timestamp())::bigint;
  provided text[];
  slots integer[] := '{}';
  counts bigint[] := '{}';
  room bigint;
  is_far boolean;
  share bigint;
  need bigint;
  victims text[];
  evicted integer := 0;
  i integer;
begin
  provided := array(
    select holder from limit_budgets where holder = any (p_holders) and stripe = p_mine and budget > 0 and expires_at > now
  );
  for i in 1 .. limits loop
    if p_exact[i] = 1 then
      slots := slots || array(select generate_series(p_firsts[i], p_firsts[i] + stripes - 1));
    elsif p_holders[i] <> all (provided) then
      slots := slots || (p_firsts[i] + p_mine);
    end if;
  end loop;
  if slots <> '{}' then
    perform from limit_locks where slot = any (slots) order by slot for update;
  end if;

  foreach i in array p_order loop
    counts[i] := 0;
    if p_exact[i] = 1 then
      -- Who takes from a budget holds its row until their client is there to be counted.
      perform from limit_budgets where holder = p_holders[i] order by stripe for update;
    end if;
    if p_exact[i] = 1 or p_holders[i] = any (provided) then
      update limit_budgets set budget = budget - 1
      where holder = p_holders[i] and stripe = p_mine and budget > 0 and expires_at > now;
      continue when found;
      if p_exact[i] <> 1 then
        raise exception 'a budget is used up' using errcode = 'RG000', detail = (i - 1)::text;
      end if;
    end if;
    counts[i] := registrar_count_group(p_realm, p_client, p_kinds[i], p_values[i], p_versions[i], p_maxes[i] + evictions_max);
    if p_exact[i] = 1 then
      -- Near the limit nothing is left to share out, and what was shared out before has to be taken back.
      room := p_maxes[i] - counts[i];
      is_far := room > far_from_limit;
      share := case
        when counts[i] < small_group then 0
        when is_far then least(room / 2 / stripes, budget_max)
        else (room - stripes) / stripes
      end;
      if share > 0 then
        insert into limit_budgets as b (holder, stripe, budget, expires_at)
        select p_holders[i], s, share, now + case when is_far then far_seconds else near_seconds end from generate_series(0, stripes - 1) as s
        on conflict (holder, stripe) do update set budget = excluded.budget, expires_at = excluded.expires_at;
      else
        update limit_budgets set budget = 0 where holder = p_holders[i] and budget > 0;
      end if;
    elsif counts[i] >= small_group or counts[i] + stripes > p_maxes[i] then
      raise exception 'a closer look is needed' using errcode = 'RG000', detail = (i - 1)::text;
    end if;
  end loop;

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
          p_realm, victims,
          array(select left(p_event, -4) || lpad(to_hex(evicted + n), 4, '0') from generate_series(1, need) as n),
          p_at, json_build_object('group', p_kinds[i], 'for', p_client)
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

-- Called by the statement that writes a client, before it does. Each of the arrays has an element for each limit:
-- fewer than `p_maxes` clients must be in the group, or become so by evicting. RG001: a group is full; RG002: an
-- identifier was used; RG000: a group has to be counted under all its locks (`p_exact`), and the statement sent again. The
-- detail is its index. Everything is undone then, the caller's statement included.
--
-- Being volatile, it sees what was committed before each of its own statements, thus also what was committed while it
-- waited for locks. A group far from its limit is locked by one of the sixteen rows from `p_firsts` on: those who hold the other
-- fifteen may each add a client that is not seen yet, which is why that many must have room besides. Near the limit all rows
-- are locked, and the count is exact. Which of the sixteen it is makes no difference; those that nobody else has at the moment
-- are handed out first.
--
-- A large group is not counted every time. Who has counted it under all locks shares out among as many budgets of its `p_holders`
-- what it may still grow by: all of it near the limit, for some seconds, and half of it far from there, for minutes. While one of
-- them has some left, a client is admitted at its price. They lapse because clients that no limit is asked for (an administrator's)
-- join the group without telling; far from the limit they have the other half.
--
-- Nobody waits for somebody who waits for them: all rows of `limit_locks` are locked before any of `limit_budgets`, the former in
-- the order of their slots, the latter in `p_order`, which is that of the holders; limits come before clients everywhere.
-- `p_event`: the id of an event, whose last four digits are counted up for each client that makes room.
create or replace function registrar_admit(
  p_realm text, p_client text, p_at bigint,
  p_kinds text[], p_values text[], p_versions text[], p_maxes bigint[], p_evicts integer[],
  p_firsts integer[], p_holders text[], p_order integer[], p_exact integer[], p_event text,
  p_used text[], p_untils bigint[]
) returns void language plpgsql volatile as $$
declare
  limits constant integer := cardinality(p_holders);
  now bigint;
  mine integer;
  i integer;
begin
  if p_used <> '{}' then
    perform registrar_use(p_realm, p_at, p_used, p_untils);
  end if;
  if limits = 0 then
    return;
  end if;
  mine := registrar_seat(p_realm, 16);
  now := extract(epoch from clock_timestamp());
  -- Most groups that matter are large and far from their limit, and what follows is all that there is to do then.
  if 1 <> all (p_exact) and limits = (
    select count(*) from limit_budgets where holder = any (p_holders) and stripe = mine and budget > 0 and expires_at > now
  ) then
    foreach i in array p_order loop
      update limit_budgets set budget = budget - 1 where holder = p_holders[i] and stripe = mine and budget > 0 and expires_at > now;
      if not found then
        raise exception 'a budget is used up' using errcode = 'RG000', detail = (i - 1)::text;
      end if;
    end loop;
    return;
  end if;
  perform registrar_admit_counted(
    p_realm, p_client, p_at, p_kinds, p_values, p_versions, p_maxes, p_evicts, p_firsts, p_holders, p_order, p_exact, p_event, mine
  );
end
$$;
