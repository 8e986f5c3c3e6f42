-- Finds parts of words among very many cameras (cameras/fitting.ts). A server without the extension, or a user who may
-- not make it, goes without: then texts are looked for camera by camera.
do $$ begin
  create extension if not exists pg_trgm;
exception when insufficient_privilege or undefined_file or feature_not_supported then
  raise notice 'without pg_trgm a search through very many cameras is slow';
end $$;
--> statement-breakpoint
do $$ begin
  create index "cameras_described" on "cameras" using gin ((lower(name || coalesce(' ' || manufacturer, '') ||
    coalesce(' ' || model, '') || coalesce(' ' || serial, '') || ' ' || address)) gin_trgm_ops);
exception when undefined_object then
  raise notice 'without pg_trgm a search through very many cameras is slow';
end $$;
