ALTER TABLE "cameras" ADD COLUMN "motion" jsonb;--> statement-breakpoint
ALTER TABLE "cameras" ADD COLUMN "schedule_windows" jsonb;