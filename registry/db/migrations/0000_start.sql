CREATE TABLE "agent_credentials" (
	"thumbprint" text PRIMARY KEY NOT NULL,
	"agent_id" text NOT NULL,
	"public_key" jsonb NOT NULL,
	"state" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"revoked_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "agents" (
	"id" text PRIMARY KEY NOT NULL,
	"integrator_id" text NOT NULL,
	"name" text NOT NULL,
	"hostname" text NOT NULL,
	"platform" text DEFAULT '' NOT NULL,
	"agent_version" text DEFAULT '' NOT NULL,
	"auto_bind_customer_id" text,
	"auto_bind_plan_id" text,
	"generation" bigint DEFAULT 0 NOT NULL,
	"desired_hash" text,
	"desired_at" timestamp (3) with time zone,
	"accepted_epoch" integer DEFAULT 0 NOT NULL,
	"accepted_generation" bigint DEFAULT 0 NOT NULL,
	"applied_epoch" integer DEFAULT 0 NOT NULL,
	"applied_generation" bigint DEFAULT 0 NOT NULL,
	"presence" text DEFAULT 'unknown' NOT NULL,
	"presence_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"session" text,
	"boot_id" text,
	"last_heard_at" timestamp (3) with time zone,
	"clock_offset_ms" bigint,
	"inventory_hash" text,
	"spool_segments" integer DEFAULT 0 NOT NULL,
	"spool_size_bytes" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "enrolment_tokens" (
	"id" text PRIMARY KEY NOT NULL,
	"integrator_id" text NOT NULL,
	"name" text NOT NULL,
	"secret_hash" text NOT NULL,
	"max_uses" integer NOT NULL,
	"uses" integer DEFAULT 0 NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	"auto_bind_customer_id" text,
	"auto_bind_plan_id" text,
	"created_by" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "enrolments" (
	"token_id" text NOT NULL,
	"thumbprint" text NOT NULL,
	"agent_id" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "enrolments_token_id_thumbprint_pk" PRIMARY KEY("token_id","thumbprint")
);
--> statement-breakpoint
CREATE TABLE "bindings" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"camera_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"plan_id" text NOT NULL,
	"from_at" timestamp (3) with time zone NOT NULL,
	"to_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "camera_keys" (
	"kind" text NOT NULL,
	"value" text NOT NULL,
	"channel" integer NOT NULL,
	"camera_id" text NOT NULL,
	CONSTRAINT "camera_keys_kind_value_channel_camera_id_pk" PRIMARY KEY("kind","value","channel","camera_id")
);
--> statement-breakpoint
CREATE TABLE "cameras" (
	"id" text PRIMARY KEY NOT NULL,
	"agent_id" text NOT NULL,
	"local_id" text NOT NULL,
	"tenant_id" text NOT NULL,
	"integrator_id" text NOT NULL,
	"customer_id" text,
	"plan_id" text,
	"enabled" boolean DEFAULT true NOT NULL,
	"switched_off_by" text,
	"name" text NOT NULL,
	"renamed" boolean DEFAULT false NOT NULL,
	"kind" text NOT NULL,
	"channel" integer DEFAULT 1 NOT NULL,
	"manufacturer" text,
	"model" text,
	"firmware" text,
	"serial" text,
	"address" text NOT NULL,
	"access" text NOT NULL,
	"access_reason" text,
	"streams" jsonb NOT NULL,
	"inventory_hash" text NOT NULL,
	"missing_since" timestamp (3) with time zone,
	"conflict" text,
	"mode" text DEFAULT 'continuous' NOT NULL,
	"retention_days" integer DEFAULT 30 NOT NULL,
	"stream" text DEFAULT 'main' NOT NULL,
	"reported_state" text,
	"reported_reason" text,
	"reported_detail" text,
	"reported_since" timestamp (3) with time zone,
	"reported_generation" bigint,
	"snapshot_at" timestamp (3) with time zone,
	"bound_at" timestamp (3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "cameras_holder" CHECK ("cameras"."tenant_id" = coalesce("cameras"."customer_id", "cameras"."integrator_id")),
	CONSTRAINT "cameras_plan" CHECK (("cameras"."customer_id" is null) = ("cameras"."plan_id" is null))
);
--> statement-breakpoint
CREATE TABLE "entitlements" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"camera_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"from_at" timestamp (3) with time zone NOT NULL,
	"to_at" timestamp (3) with time zone,
	"end_reason" text,
	CONSTRAINT "entitlements_order" CHECK ("entitlements"."to_at" is null or "entitlements"."to_at" >= "entitlements"."from_at")
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"name" text NOT NULL,
	"secret_hash" text NOT NULL,
	"created_by" text,
	"expires_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "memberships" (
	"user_id" text NOT NULL,
	"tenant_id" text NOT NULL,
	"family" text NOT NULL,
	"owner" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "memberships_user_id_tenant_id_pk" PRIMARY KEY("user_id","tenant_id")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"last_seen_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"ip" text,
	"user_agent" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"password_hash" text,
	"disabled_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "plans" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"name" text NOT NULL,
	"retention_days" integer NOT NULL,
	"mode" text DEFAULT 'continuous' NOT NULL,
	"stream" text DEFAULT 'main' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "history" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" text,
	"actor_name" text NOT NULL,
	"tenant_id" text NOT NULL,
	"target_kind" text NOT NULL,
	"target_id" text NOT NULL,
	"operation" text NOT NULL,
	"sentence" text NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"ip" text,
	"user_agent" text
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"refs" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "registry_state" (
	"key" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "segments" (
	"id" text PRIMARY KEY NOT NULL,
	"camera_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"agent_id" text NOT NULL,
	"session_id" text NOT NULL,
	"sequence" integer NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"duration_ms" integer NOT NULL,
	"media_offset_us" bigint NOT NULL,
	"size_bytes" integer NOT NULL,
	"sha256" text NOT NULL,
	"video" text NOT NULL,
	"audio" text,
	"init_bytes" integer NOT NULL,
	"init_sha256" text NOT NULL,
	"storage_key" text NOT NULL,
	"stored_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"keep_until" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tenant_activity" (
	"tenant_id" text NOT NULL,
	"from_at" timestamp (3) with time zone NOT NULL,
	"to_at" timestamp (3) with time zone,
	CONSTRAINT "tenant_activity_tenant_id_from_at_pk" PRIMARY KEY("tenant_id","from_at"),
	CONSTRAINT "tenant_activity_order" CHECK ("tenant_activity"."to_at" is null or "tenant_activity"."to_at" >= "tenant_activity"."from_at")
);
--> statement-breakpoint
CREATE TABLE "tenants" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"parent_id" text,
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "tenants_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"path" text NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"name" text NOT NULL,
	"email" text,
	"company_name" text,
	"phone" text,
	"time_zone" text,
	"external_ref" text,
	"recording_defaults" jsonb,
	"disabled_at" timestamp (3) with time zone,
	"disabled_by" text,
	"disabled_reason" text,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tenants_kind" CHECK ("tenants"."kind" in ('platform', 'integrator', 'customer')),
	CONSTRAINT "tenants_root" CHECK (("tenants"."kind" = 'platform') = ("tenants"."parent_id" is null)),
	CONSTRAINT "tenants_status" CHECK ("tenants"."status" in ('pending_confirmation', 'active', 'disabled', 'deleting'))
);
--> statement-breakpoint
ALTER TABLE "agent_credentials" ADD CONSTRAINT "agent_credentials_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agents" ADD CONSTRAINT "agents_integrator_id_tenants_id_fk" FOREIGN KEY ("integrator_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agents" ADD CONSTRAINT "agents_auto_bind_customer_id_tenants_id_fk" FOREIGN KEY ("auto_bind_customer_id") REFERENCES "public"."tenants"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agents" ADD CONSTRAINT "agents_auto_bind_plan_id_plans_id_fk" FOREIGN KEY ("auto_bind_plan_id") REFERENCES "public"."plans"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "enrolment_tokens" ADD CONSTRAINT "enrolment_tokens_integrator_id_tenants_id_fk" FOREIGN KEY ("integrator_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "enrolment_tokens" ADD CONSTRAINT "enrolment_tokens_auto_bind_customer_id_tenants_id_fk" FOREIGN KEY ("auto_bind_customer_id") REFERENCES "public"."tenants"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "enrolment_tokens" ADD CONSTRAINT "enrolment_tokens_auto_bind_plan_id_plans_id_fk" FOREIGN KEY ("auto_bind_plan_id") REFERENCES "public"."plans"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "enrolments" ADD CONSTRAINT "enrolments_token_id_enrolment_tokens_id_fk" FOREIGN KEY ("token_id") REFERENCES "public"."enrolment_tokens"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "enrolments" ADD CONSTRAINT "enrolments_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bindings" ADD CONSTRAINT "bindings_camera_id_cameras_id_fk" FOREIGN KEY ("camera_id") REFERENCES "public"."cameras"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "camera_keys" ADD CONSTRAINT "camera_keys_camera_id_cameras_id_fk" FOREIGN KEY ("camera_id") REFERENCES "public"."cameras"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cameras" ADD CONSTRAINT "cameras_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cameras" ADD CONSTRAINT "cameras_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cameras" ADD CONSTRAINT "cameras_integrator_id_tenants_id_fk" FOREIGN KEY ("integrator_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cameras" ADD CONSTRAINT "cameras_customer_id_tenants_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cameras" ADD CONSTRAINT "cameras_plan_id_plans_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."plans"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entitlements" ADD CONSTRAINT "entitlements_camera_id_cameras_id_fk" FOREIGN KEY ("camera_id") REFERENCES "public"."cameras"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plans" ADD CONSTRAINT "plans_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenant_activity" ADD CONSTRAINT "tenant_activity_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenants" ADD CONSTRAINT "tenants_parent_id_tenants_id_fk" FOREIGN KEY ("parent_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "agent_credentials_agent" ON "agent_credentials" USING btree ("agent_id");--> statement-breakpoint
CREATE INDEX "agents_integrator" ON "agents" USING btree ("integrator_id","id");--> statement-breakpoint
CREATE INDEX "enrolment_tokens_integrator" ON "enrolment_tokens" USING btree ("integrator_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "bindings_open" ON "bindings" USING btree ("camera_id") WHERE to_at is null;--> statement-breakpoint
CREATE INDEX "bindings_camera" ON "bindings" USING btree ("camera_id","from_at");--> statement-breakpoint
CREATE INDEX "bindings_customer" ON "bindings" USING btree ("customer_id","from_at");--> statement-breakpoint
CREATE INDEX "camera_keys_camera" ON "camera_keys" USING btree ("camera_id");--> statement-breakpoint
CREATE UNIQUE INDEX "cameras_agent_local" ON "cameras" USING btree ("agent_id","local_id");--> statement-breakpoint
CREATE INDEX "cameras_tenant" ON "cameras" USING btree ("tenant_id","id");--> statement-breakpoint
CREATE INDEX "cameras_unbound" ON "cameras" USING btree ("integrator_id","id") WHERE customer_id is null;--> statement-breakpoint
CREATE INDEX "cameras_switched_off" ON "cameras" USING btree ("customer_id") WHERE not enabled;--> statement-breakpoint
CREATE UNIQUE INDEX "entitlements_open" ON "entitlements" USING btree ("camera_id") WHERE to_at is null;--> statement-breakpoint
CREATE INDEX "entitlements_camera" ON "entitlements" USING btree ("camera_id","from_at");--> statement-breakpoint
CREATE INDEX "api_keys_tenant" ON "api_keys" USING btree ("tenant_id");--> statement-breakpoint
CREATE INDEX "memberships_tenant" ON "memberships" USING btree ("tenant_id");--> statement-breakpoint
CREATE INDEX "sessions_user" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sessions_expiry" ON "sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email" ON "users" USING btree (lower("email"));--> statement-breakpoint
CREATE INDEX "plans_tenant" ON "plans" USING btree ("tenant_id");--> statement-breakpoint
CREATE INDEX "history_tenant" ON "history" USING btree ("tenant_id","id");--> statement-breakpoint
CREATE INDEX "history_target" ON "history" USING btree ("target_id","id");--> statement-breakpoint
CREATE INDEX "segments_camera" ON "segments" USING btree ("camera_id","started_at");--> statement-breakpoint
CREATE INDEX "segments_retention" ON "segments" USING btree ("keep_until");--> statement-breakpoint
CREATE UNIQUE INDEX "segments_session_sequence" ON "segments" USING btree ("session_id","sequence");--> statement-breakpoint
CREATE UNIQUE INDEX "tenant_activity_open" ON "tenant_activity" USING btree ("tenant_id") WHERE to_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "tenants_path" ON "tenants" USING btree ("path" text_pattern_ops);--> statement-breakpoint
CREATE UNIQUE INDEX "tenants_seq" ON "tenants" USING btree ("seq");--> statement-breakpoint
CREATE UNIQUE INDEX "tenants_one_platform" ON "tenants" USING btree ("kind") WHERE kind = 'platform';--> statement-breakpoint
CREATE INDEX "tenants_parent" ON "tenants" USING btree ("parent_id","name","id");