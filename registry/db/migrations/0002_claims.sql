CREATE TABLE "claims" (
	"id" text PRIMARY KEY NOT NULL,
	"thumbprint" text NOT NULL,
	"public_key" jsonb NOT NULL,
	"user_code" text NOT NULL,
	"state" text NOT NULL,
	"hostname" text NOT NULL,
	"agent_version" text NOT NULL,
	"ip" text,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"agent_id" text,
	"decided_by_id" text,
	"decided_by_name" text,
	"decided_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "claims_thumbprint_unique" UNIQUE("thumbprint"),
	CONSTRAINT "claims_user_code_unique" UNIQUE("user_code")
);
--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "ending" text;--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "ended_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "claims" ADD CONSTRAINT "claims_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "claims_expiry" ON "claims" USING btree ("expires_at");