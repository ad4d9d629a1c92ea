-- Finding a client by a part of its name is fast with trigrams (pg_trgm, in PostgreSQL's contrib), and merely slower
-- without them: a server that lacks the extension, or does not let us create it, goes without the index.
do $$
begin
  create extension if not exists pg_trgm;
  create index clients_name on clients using gin (lower(client_name) gin_trgm_ops);
exception when others then
  raise notice 'clients are searched by name without an index: %', sqlerrm;
end
$$;
