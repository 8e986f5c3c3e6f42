-- Finds parts of words among very many tenants and people (db/few-that-fit.ts), where 0019 could make the extension.
do $$ begin
  create index "tenants_described" on "tenants" using gin ((lower(name || coalesce(' ' || company_name, '') ||
    coalesce(' ' || email, '') || coalesce(' ' || external_ref, ''))) gin_trgm_ops);
  create index "users_described" on "users" using gin ((lower(name || ' ' || email)) gin_trgm_ops);
exception when undefined_object then
  raise notice 'without pg_trgm a search through very many tenants and people is slow';
end $$;
