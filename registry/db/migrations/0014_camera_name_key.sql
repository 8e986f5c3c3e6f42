DROP INDEX "cameras_name";--> statement-breakpoint
ALTER TABLE "cameras" ADD COLUMN "name_key" text GENERATED ALWAYS AS (lower(name)) STORED NOT NULL;--> statement-breakpoint
CREATE INDEX "cameras_name_key" ON "cameras" USING btree ("name_key","id");