CREATE TABLE "replaced_keys" (
	"kind" text NOT NULL,
	"value" text NOT NULL,
	"channel" integer NOT NULL,
	"camera_id" text NOT NULL,
	"seen_at" timestamp (3) with time zone,
	CONSTRAINT "replaced_keys_kind_value_channel_camera_id_pk" PRIMARY KEY("kind","value","channel","camera_id")
);
--> statement-breakpoint
ALTER TABLE "replaced_keys" ADD CONSTRAINT "replaced_keys_camera_id_cameras_id_fk" FOREIGN KEY ("camera_id") REFERENCES "public"."cameras"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "replaced_keys_camera" ON "replaced_keys" USING btree ("camera_id");--> statement-breakpoint
alter table "replaced_keys" enable row level security;
