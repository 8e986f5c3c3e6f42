ALTER TABLE "agents" ADD COLUMN "previous_boot_id" text;--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "boot_count" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "conflict" text;--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "offered_to_id" text;--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "offered_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "replaced_by_id" text;--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "drain_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "agents" ADD CONSTRAINT "agents_offered_to_id_tenants_id_fk" FOREIGN KEY ("offered_to_id") REFERENCES "public"."tenants"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agents" ADD CONSTRAINT "agents_replaced_by_id_agents_id_fk" FOREIGN KEY ("replaced_by_id") REFERENCES "public"."agents"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "agents_offered" ON "agents" USING btree ("offered_to_id") WHERE offered_to_id is not null;