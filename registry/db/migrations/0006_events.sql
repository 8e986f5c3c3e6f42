CREATE TABLE "events" (
	"xid" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	"position" bigserial NOT NULL,
	"type" text NOT NULL,
	"tenant_id" text NOT NULL,
	"subject" text NOT NULL,
	"data" jsonb NOT NULL,
	"at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "events_xid_position_pk" PRIMARY KEY("xid","position")
);
--> statement-breakpoint
CREATE INDEX "events_at" ON "events" USING brin ("at");--> statement-breakpoint
CREATE INDEX "events_stop_unconfirmed" ON "events" USING btree ("subject") WHERE type = 'tenant.stop.unconfirmed';--> statement-breakpoint
-- The second wall: see 0004_row_security.sql.
alter table events enable row level security;
--> statement-breakpoint
create policy events_in_scope on events for select to gantry_request using (
  exists (select from tenants_in_scope seen where seen.id = events.tenant_id)
);
--> statement-breakpoint
grant select on events to gantry_request;
--> statement-breakpoint
-- From here on: the triggers that tell. Cameras and the history are written many at once, so that theirs work by
-- statement; the others by row, and only where something changed that is told.
create function tell_cameras_registered() returns trigger language plpgsql as $$
begin
  insert into events (type, tenant_id, subject, data)
  select 'camera.registered', tenant_id, id, jsonb_build_object('agentId', agent_id, 'name', name) from new_rows;
  return null;
end $$;
--> statement-breakpoint
create trigger tell_registered after insert on cameras
  referencing new table as new_rows for each statement execute function tell_cameras_registered();
--> statement-breakpoint
create function tell_cameras_removed() returns trigger language plpgsql as $$
begin
  insert into events (type, tenant_id, subject, data)
  select 'camera.removed', tenant_id, id, jsonb_build_object('agentId', agent_id) from old_rows;
  return null;
end $$;
--> statement-breakpoint
create trigger tell_removed after delete on cameras
  referencing old table as old_rows for each statement execute function tell_cameras_removed();
--> statement-breakpoint
-- Who held a camera and who holds it now each hear their own part only: nobody learns whose it was or will be.
-- A generation that an agent confirms without doing anything else is not told.
create function tell_cameras_changed() returns trigger language plpgsql as $$
begin
  insert into events (type, tenant_id, subject, data)
  select told.type, told.tenant_id, was.id, told.data
  from old_rows was
  join new_rows became on became.id = was.id
  cross join lateral (
    select
      became.customer_id is distinct from was.customer_id as rebound,
      (became.enabled, became.mode, became.plan_id, became.stream) is distinct from
        (was.enabled, was.mode, was.plan_id, was.stream) as switched,
      (became.reported_state, became.reported_reason, became.reported_detail) is distinct from
        (was.reported_state, was.reported_reason, was.reported_detail) as reported,
      (became.name, became.address, became.access, became.access_reason, became.conflict, became.agent_id,
        became.manufacturer, became.model, became.firmware, became.serial, became.retention_days) is distinct from
        (was.name, was.address, was.access, was.access_reason, was.conflict, was.agent_id,
        was.manufacturer, was.model, was.firmware, was.serial, was.retention_days) as edited
  ) as it
  cross join lateral (values
    ('camera.removed', was.tenant_id, '{}'::jsonb,
      was.customer_id is null and became.integrator_id <> was.integrator_id),
    ('camera.registered', became.tenant_id, jsonb_build_object('agentId', became.agent_id, 'name', became.name),
      became.customer_id is null and became.integrator_id <> was.integrator_id),
    ('camera.unbound', was.tenant_id, jsonb_build_object('customerId', was.customer_id),
      it.rebound and was.customer_id is not null),
    ('camera.unbound', became.tenant_id, '{}'::jsonb, it.rebound and became.customer_id is null),
    ('camera.bound', became.tenant_id,
      jsonb_build_object('customerId', became.customer_id, 'planId', became.plan_id),
      it.rebound and became.customer_id is not null),
    ('camera.recording.desired', became.tenant_id,
      jsonb_build_object('enabled', became.enabled, 'mode', became.mode, 'planId', became.plan_id,
        'stream', became.stream),
      it.switched and not it.rebound),
    ('camera.recording.reported', became.tenant_id,
      jsonb_build_object('state', became.reported_state, 'reason', became.reported_reason,
        'detail', became.reported_detail), it.reported),
    ('camera.offline', became.tenant_id, '{"reason": "missing"}'::jsonb,
      was.missing_since is null and became.missing_since is not null),
    ('camera.online', became.tenant_id, '{}'::jsonb,
      was.missing_since is not null and became.missing_since is null),
    ('camera.changed', became.tenant_id, jsonb_build_object('name', became.name),
      it.edited or (became.version > was.version and not it.rebound and not it.switched))
  ) as told (type, tenant_id, data, holds)
  where told.holds;
  return null;
end $$;
--> statement-breakpoint
create trigger tell_changed after update on cameras
  referencing old table as old_rows new table as new_rows
  for each statement execute function tell_cameras_changed();
--> statement-breakpoint
-- An agent that comes or goes is one event for its integrator and one for each customer that has cameras on it,
-- with their number, never one per camera. The integrator's comes last: it has the whole number.
create function tell_agent() returns trigger language plpgsql as $$
declare
  told text := case
    when tg_op = 'INSERT' then 'agent.approved'
    when new.ending is distinct from old.ending and new.ending is not null then 'agent.ended'
    when new.presence is distinct from old.presence and new.presence <> 'unknown' then 'agent.' || new.presence
    else 'agent.changed'
  end;
begin
  insert into events (type, tenant_id, subject, data)
  select told, tenant_id, new.id, jsonb_build_object('cameras', count(*))
  from cameras
  where agent_id = new.id and tenant_id <> new.integrator_id and told in ('agent.online', 'agent.offline')
  group by tenant_id;
  insert into events (type, tenant_id, subject, data)
  select told, new.integrator_id, new.id, jsonb_build_object('name', new.name, 'cameras', count(*))
  from cameras where agent_id = new.id;
  return null;
end $$;
--> statement-breakpoint
create trigger tell_approved after insert on agents for each row execute function tell_agent();
--> statement-breakpoint
create trigger tell_changed after update on agents for each row
  when (
    (old.ending, old.name, old.integrator_id, old.agent_version, old.auto_bind_customer_id, old.auto_bind_plan_id)
      is distinct from
      (new.ending, new.name, new.integrator_id, new.agent_version, new.auto_bind_customer_id, new.auto_bind_plan_id)
    or (old.presence <> new.presence and new.presence <> 'unknown')
  )
  execute function tell_agent();
--> statement-breakpoint
-- A switch is one event whatever lies below. Who is moved leaves one with the parent that loses sight of it.
create function tell_tenant() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    insert into events (type, tenant_id, subject, data)
    values ('tenant.deleted', old.parent_id, old.id, jsonb_build_object('kind', old.kind, 'name', old.name));
    return null;
  end if;
  if tg_op = 'UPDATE' and new.parent_id is distinct from old.parent_id then
    insert into events (type, tenant_id, subject, data) values ('tenant.moved', old.parent_id, new.id, '{}');
  end if;
  insert into events (type, tenant_id, subject, data)
  values (
    case
      when tg_op = 'INSERT' then 'tenant.created'
      when new.parent_id is distinct from old.parent_id then 'tenant.moved'
      when new.status = old.status then 'tenant.changed'
      when new.status = 'disabled' then 'tenant.disabled'
      when new.status = 'active' then 'tenant.enabled'
      else 'tenant.changed'
    end,
    new.id, new.id,
    jsonb_build_object('kind', new.kind, 'name', new.name, 'status', new.status, 'reason', new.disabled_reason)
  );
  return null;
end $$;
--> statement-breakpoint
create trigger tell_created after insert on tenants for each row when (new.parent_id is not null)
  execute function tell_tenant();
--> statement-breakpoint
create trigger tell_changed after update on tenants for each row
  when (old.version <> new.version or old.status <> new.status) execute function tell_tenant();
--> statement-breakpoint
create trigger tell_deleted after delete on tenants for each row when (old.parent_id is not null)
  execute function tell_tenant();
--> statement-breakpoint
create function tell_user() returns trigger language plpgsql as $$
begin
  insert into events (type, tenant_id, subject, data)
  select case when new.disabled_at is null then 'user.unlocked' else 'user.locked' end, tenant_id, new.id,
    jsonb_build_object('name', new.name)
  from memberships where user_id = new.id;
  return null;
end $$;
--> statement-breakpoint
create trigger tell_locked after update on users for each row
  when ((old.disabled_at is null) <> (new.disabled_at is null)) execute function tell_user();
--> statement-breakpoint
create function tell_operation() returns trigger language plpgsql as $$
begin
  insert into events (type, tenant_id, subject, data)
  values (
    case when new.state in ('queued', 'running') then 'operation.progress' else 'operation.finished' end,
    new.tenant_id, new.id,
    jsonb_build_object('kind', new.kind, 'state', new.state, 'done', new.done, 'total', new.total,
      'failed', new.failed)
  );
  return null;
end $$;
--> statement-breakpoint
create trigger tell_queued after insert on operations for each row execute function tell_operation();
--> statement-breakpoint
create trigger tell_progress after update on operations for each row
  when ((old.state, old.done, old.total, old.failed) is distinct from (new.state, new.done, new.total, new.failed))
  execute function tell_operation();
--> statement-breakpoint
create function tell_history() returns trigger language plpgsql as $$
begin
  insert into events (type, tenant_id, subject, data)
  select 'history.entry', tenant_id, target_id,
    jsonb_build_object('entryId', id, 'operation', operation, 'targetKind', target_kind, 'actorName', actor_name,
      'sentence', sentence)
  from new_rows;
  return null;
end $$;
--> statement-breakpoint
create trigger tell_entry after insert on history
  referencing new table as new_rows for each statement execute function tell_history();
--> statement-breakpoint
-- Nobody's yet: whoever stands before the box has its code, the platform alone hears that it waits.
create function tell_claim() returns trigger language plpgsql as $$
begin
  insert into events (type, tenant_id, subject, data)
  select 'claim.waiting', id, new.id, jsonb_build_object('hostname', new.hostname, 'ip', new.ip)
  from tenants where kind = 'platform';
  return null;
end $$;
--> statement-breakpoint
create trigger tell_waiting after insert on claims for each row execute function tell_claim();
--> statement-breakpoint
create trigger tell_waiting_again after update on claims for each row
  when (new.state = 'pending' and old.user_code <> new.user_code) execute function tell_claim();
