CREATE TABLE "branding" (
	"tenant_id" text PRIMARY KEY NOT NULL,
	"name" text,
	"primary_color" text,
	"support" jsonb,
	"mail_sender" text,
	"host" text,
	"logo" text,
	"favicon" text,
	"version" integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "branding_images" (
	"tenant_id" text NOT NULL,
	"hash" text NOT NULL,
	"type" text NOT NULL,
	"bytes" "bytea" NOT NULL,
	CONSTRAINT "branding_images_tenant_id_hash_pk" PRIMARY KEY("tenant_id","hash")
);
--> statement-breakpoint
CREATE TABLE "preferences" (
	"user_id" text PRIMARY KEY NOT NULL,
	"chosen" jsonb NOT NULL,
	"version" integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "camera_hours" (
	"tenant_id" text NOT NULL,
	"hour" timestamp (3) with time zone NOT NULL,
	"recording" bigint DEFAULT 0 NOT NULL,
	"not_recording" bigint DEFAULT 0 NOT NULL,
	"waiting" bigint DEFAULT 0 NOT NULL,
	"offline" bigint DEFAULT 0 NOT NULL,
	"disabled" bigint DEFAULT 0 NOT NULL,
	"unassigned" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "camera_hours_tenant_id_hour_pk" PRIMARY KEY("tenant_id","hour")
);
--> statement-breakpoint
CREATE TABLE "usage_days" (
	"camera_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"day" timestamp (3) with time zone NOT NULL,
	"stored_bytes" bigint DEFAULT 0 NOT NULL,
	"ingested_bytes" bigint DEFAULT 0 NOT NULL,
	"played_bytes" bigint DEFAULT 0 NOT NULL,
	"recorded_ms" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "usage_days_camera_id_customer_id_day_pk" PRIMARY KEY("camera_id","customer_id","day")
);
--> statement-breakpoint
CREATE TABLE "usage_entries" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"customer_id" text NOT NULL,
	"camera_id" text NOT NULL,
	"hour" timestamp (3) with time zone NOT NULL,
	"stored_bytes" bigint DEFAULT 0 NOT NULL,
	"ingested_bytes" bigint DEFAULT 0 NOT NULL,
	"played_bytes" bigint DEFAULT 0 NOT NULL,
	"recorded_ms" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "usage_hours" (
	"customer_id" text NOT NULL,
	"hour" timestamp (3) with time zone NOT NULL,
	"stored_bytes" bigint DEFAULT 0 NOT NULL,
	"ingested_bytes" bigint DEFAULT 0 NOT NULL,
	"played_bytes" bigint DEFAULT 0 NOT NULL,
	"recorded_ms" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "usage_hours_customer_id_hour_pk" PRIMARY KEY("customer_id","hour")
);
--> statement-breakpoint
DROP INDEX "events_stop_unconfirmed";--> statement-breakpoint
ALTER TABLE "branding" ADD CONSTRAINT "branding_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "branding_images" ADD CONSTRAINT "branding_images_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "preferences" ADD CONSTRAINT "preferences_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "branding_host" ON "branding" USING btree ("host");--> statement-breakpoint
CREATE INDEX "branding_images_hash" ON "branding_images" USING btree ("hash");--> statement-breakpoint
CREATE INDEX "usage_days_customer" ON "usage_days" USING btree ("customer_id","day");--> statement-breakpoint
CREATE INDEX "cameras_name_begins" ON "cameras" USING btree (lower(name) text_pattern_ops);--> statement-breakpoint
CREATE INDEX "cameras_serial_begins" ON "cameras" USING btree (lower(serial) text_pattern_ops);--> statement-breakpoint
CREATE INDEX "cameras_name_words" ON "cameras" USING gin (to_tsvector('simple', name));--> statement-breakpoint
CREATE INDEX "entitlements_ended" ON "entitlements" USING btree ("to_at") WHERE to_at is not null;--> statement-breakpoint
CREATE INDEX "events_stops_unconfirmed" ON "events" USING btree ("subject") WHERE type in ('tenant.stop.unconfirmed', 'camera.stop.unconfirmed');--> statement-breakpoint
CREATE INDEX "users_email_begins" ON "users" USING btree (lower(email) text_pattern_ops);--> statement-breakpoint
CREATE INDEX "users_name_words" ON "users" USING gin (to_tsvector('simple', name));--> statement-breakpoint
CREATE INDEX "tenants_name_words" ON "tenants" USING gin (to_tsvector('simple', name));
--> statement-breakpoint
-- The second wall: see 0004_row_security.sql and 0008_bulk_and_list_cost.sql. Images and preferences have no policy:
-- requests cannot read them there at all.
alter table usage_entries enable row level security;
--> statement-breakpoint
create policy usage_entries_in_scope on usage_entries for select to gantry_request using (
  case when (select gantry_sees_all()) then true else
    exists (select from tenants_in_scope seen where seen.id = usage_entries.customer_id)
  end
);
--> statement-breakpoint
alter table usage_hours enable row level security;
--> statement-breakpoint
create policy usage_hours_in_scope on usage_hours for select to gantry_request using (
  case when (select gantry_sees_all()) then true else
    exists (select from tenants_in_scope seen where seen.id = usage_hours.customer_id)
  end
);
--> statement-breakpoint
alter table usage_days enable row level security;
--> statement-breakpoint
create policy usage_days_in_scope on usage_days for select to gantry_request using (
  case when (select gantry_sees_all()) then true else
    exists (select from tenants_in_scope seen where seen.id = usage_days.customer_id)
  end
);
--> statement-breakpoint
alter table camera_hours enable row level security;
--> statement-breakpoint
create policy camera_hours_in_scope on camera_hours for select to gantry_request using (
  case when (select gantry_sees_all()) then true else
    exists (select from tenants_in_scope seen where seen.id = camera_hours.tenant_id)
  end
);
--> statement-breakpoint
-- How the tenants above look is what those below see.
alter table branding enable row level security;
--> statement-breakpoint
create policy branding_in_scope on branding for select to gantry_request using (
  case when (select gantry_sees_all()) then true else
    exists (select from tenants_in_scope seen where seen.id = branding.tenant_id)
    or exists (select from tenants_above_scope above where above.id = branding.tenant_id)
  end
);
--> statement-breakpoint
grant select on usage_entries, usage_hours, usage_days, camera_hours, branding to gantry_request;
--> statement-breakpoint
-- Footage that comes and goes is noted in its own transaction. What comes counts as traffic when it arrives, and as
-- recorded when it was taken. Bytes that are lost are not stored any more.
create function note_footage_stored() returns trigger language plpgsql as $$
begin
  insert into usage_entries (customer_id, camera_id, hour, stored_bytes, ingested_bytes, recorded_ms)
  select customer_id, camera_id, date_trunc('hour', told.at), sum(told.bytes), sum(told.bytes), sum(told.ms)
  from new_rows cross join lateral (values (stored_at, size_bytes, 0), (started_at, 0, duration_ms)) told (at, bytes, ms)
  group by 1, 2, 3;
  return null;
end $$;
--> statement-breakpoint
create trigger note_stored after insert on segments
  referencing new table as new_rows for each statement execute function note_footage_stored();
--> statement-breakpoint
create function note_footage_removed() returns trigger language plpgsql as $$
begin
  insert into usage_entries (customer_id, camera_id, hour, stored_bytes)
  select customer_id, camera_id, date_trunc('hour', clock_timestamp()), -sum(size_bytes)
  from old_rows where state <> 'lost' group by 1, 2;
  return null;
end $$;
--> statement-breakpoint
create trigger note_removed after delete on segments
  referencing old table as old_rows for each statement execute function note_footage_removed();
--> statement-breakpoint
create function note_footage_lost() returns trigger language plpgsql as $$
begin
  insert into usage_entries (customer_id, camera_id, hour, stored_bytes)
  values (new.customer_id, new.camera_id, date_trunc('hour', clock_timestamp()),
    case when new.state = 'lost' then -old.size_bytes else new.size_bytes end);
  return null;
end $$;
--> statement-breakpoint
create trigger note_lost after update on segments for each row
  when ((old.state = 'lost') <> (new.state = 'lost')) execute function note_footage_lost();
--> statement-breakpoint
-- Footage from before this migration.
insert into usage_hours (customer_id, hour, stored_bytes, ingested_bytes, recorded_ms)
select customer_id, date_trunc('hour', told.at), sum(told.bytes), sum(told.bytes), sum(told.ms)
from segments cross join lateral (values (stored_at, size_bytes, 0), (started_at, 0, duration_ms)) told (at, bytes, ms)
group by 1, 2;
--> statement-breakpoint
insert into usage_days (camera_id, customer_id, day, stored_bytes, ingested_bytes, recorded_ms)
select camera_id, customer_id, date_trunc('day', told.at, 'UTC'), sum(told.bytes), sum(told.bytes), sum(told.ms)
from segments cross join lateral (values (stored_at, size_bytes, 0), (started_at, 0, duration_ms)) told (at, bytes, ms)
group by 1, 2, 3;
