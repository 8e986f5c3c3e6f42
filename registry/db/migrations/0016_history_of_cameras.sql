ALTER TABLE "history" ADD COLUMN "camera_id" text;
--> statement-breakpoint
-- No part of what the chain hashes: entries from before learn which camera they tell of.
update history set camera_id = case target_kind
  when 'camera' then target_id else coalesce(after ->> 'cameraId', before ->> 'cameraId') end
where target_kind = 'camera' or after ? 'cameraId' or before ? 'cameraId';
--> statement-breakpoint
create or replace function tell_history() returns trigger language plpgsql as $$
begin
  insert into events (type, tenant_id, subject, data)
  select 'history.entry', tenant_id, target_id,
    jsonb_build_object('entryId', id, 'operation', operation, 'targetKind', target_kind, 'cameraId', camera_id,
      'actorName', actor_name, 'sentence', sentence)
  from new_rows;
  return null;
end $$;
