CREATE TABLE "clips" (
	"id" text PRIMARY KEY NOT NULL,
	"camera_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"name" text NOT NULL,
	"from_at" timestamp (3) with time zone NOT NULL,
	"to_at" timestamp (3) with time zone NOT NULL,
	"operation_id" text NOT NULL,
	"created_by" text NOT NULL,
	"gaps" jsonb,
	"duration_ms" integer,
	"size_bytes" bigint,
	"sha256" text,
	"storage_key" text,
	"stored_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "lost_links" (
	"segment_id" text PRIMARY KEY NOT NULL,
	"camera_id" text NOT NULL,
	"agent_id" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"signed" jsonb NOT NULL,
	"thumbprint" text NOT NULL,
	"told_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "recording_gaps" (
	"id" text PRIMARY KEY NOT NULL,
	"camera_id" text NOT NULL,
	"agent_id" text NOT NULL,
	"from_at" timestamp (3) with time zone NOT NULL,
	"to_at" timestamp (3) with time zone,
	"cause" text NOT NULL,
	"told_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "share_links" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"camera_id" text NOT NULL,
	"clip_id" text,
	"customer_id" text NOT NULL,
	"name" text NOT NULL,
	"secret_hash" text NOT NULL,
	"password_hash" text,
	"creator_kind" text NOT NULL,
	"creator_id" text NOT NULL,
	"creator_name" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	"opened" integer DEFAULT 0 NOT NULL,
	"last_opened_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "share_links_kind" CHECK (("share_links"."kind" = 'clip') = ("share_links"."clip_id" is not null))
);
--> statement-breakpoint
CREATE TABLE "uploads" (
	"agent_id" text NOT NULL,
	"segment_id" text NOT NULL,
	"camera_id" text NOT NULL,
	"size_bytes" integer NOT NULL,
	"sha256" text NOT NULL,
	"offered_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "uploads_agent_id_segment_id_pk" PRIMARY KEY("agent_id","segment_id")
);
--> statement-breakpoint
ALTER TABLE "segments" ADD COLUMN "state" text DEFAULT 'stored' NOT NULL;--> statement-breakpoint
ALTER TABLE "segments" ADD COLUMN "evidence" jsonb;--> statement-breakpoint
ALTER TABLE "clips" ADD CONSTRAINT "clips_customer_id_tenants_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "share_links" ADD CONSTRAINT "share_links_clip_id_clips_id_fk" FOREIGN KEY ("clip_id") REFERENCES "public"."clips"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "share_links" ADD CONSTRAINT "share_links_customer_id_tenants_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "clips_camera" ON "clips" USING btree ("camera_id","id");--> statement-breakpoint
CREATE INDEX "clips_customer" ON "clips" USING btree ("customer_id","id");--> statement-breakpoint
CREATE INDEX "clips_expiry" ON "clips" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "clips_operation" ON "clips" USING btree ("operation_id");--> statement-breakpoint
CREATE INDEX "lost_links_camera" ON "lost_links" USING btree ("camera_id","started_at");--> statement-breakpoint
CREATE INDEX "recording_gaps_camera" ON "recording_gaps" USING btree ("camera_id","from_at");--> statement-breakpoint
CREATE UNIQUE INDEX "share_links_secret" ON "share_links" USING btree ("secret_hash");--> statement-breakpoint
CREATE INDEX "share_links_customer" ON "share_links" USING btree ("customer_id","id");--> statement-breakpoint
CREATE INDEX "share_links_camera" ON "share_links" USING btree ("camera_id","id");--> statement-breakpoint
CREATE INDEX "uploads_age" ON "uploads" USING btree ("offered_at");--> statement-breakpoint
-- What requests may read of them (see 0004). Uploads on their way and links of chains are read by nobody's request.
alter table clips enable row level security;
--> statement-breakpoint
create policy clips_in_scope on clips for select to gantry_request using (
  exists (select from tenants_in_scope seen where seen.id = clips.customer_id)
);
--> statement-breakpoint
grant select on clips to gantry_request;
--> statement-breakpoint
alter table share_links enable row level security;
--> statement-breakpoint
create policy share_links_in_scope on share_links for select to gantry_request using (
  exists (select from tenants_in_scope seen where seen.id = share_links.customer_id)
);
--> statement-breakpoint
-- Not the hashes of token and password.
grant select (
  id, kind, camera_id, clip_id, customer_id, name, creator_kind, creator_id, creator_name, expires_at, revoked_at,
  opened, last_opened_at, created_at
) on share_links to gantry_request;
--> statement-breakpoint
-- Of a camera that is seen, or was once: the timeline cuts them to the time that was the asker's (R41).
alter table recording_gaps enable row level security;
--> statement-breakpoint
create policy recording_gaps_in_scope on recording_gaps for select to gantry_request using (
  exists (select from cameras seen where seen.id = recording_gaps.camera_id)
  or exists (select from bindings seen where seen.camera_id = recording_gaps.camera_id)
);
--> statement-breakpoint
grant select on recording_gaps to gantry_request;
--> statement-breakpoint
alter table lost_links enable row level security;
--> statement-breakpoint
alter table uploads enable row level security;
