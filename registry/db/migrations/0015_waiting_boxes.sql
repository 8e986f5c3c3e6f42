ALTER TABLE "agents" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "claims" ADD COLUMN "opened_by_tenant_id" text;--> statement-breakpoint
ALTER TABLE "claims" ADD COLUMN "opened_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "claims" ADD CONSTRAINT "claims_opened_by_tenant_id_tenants_id_fk" FOREIGN KEY ("opened_by_tenant_id") REFERENCES "public"."tenants"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "claims_pending" ON "claims" USING btree ("id") WHERE state = 'pending';