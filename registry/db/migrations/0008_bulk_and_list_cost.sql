CREATE TABLE "expected_cameras" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"integrator_id" text NOT NULL,
	"kind" text NOT NULL,
	"value" text NOT NULL,
	"name" text,
	"customer_id" text NOT NULL,
	"plan_id" text NOT NULL,
	"tags" text[] DEFAULT '{}'::text[] NOT NULL,
	"actor_name" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "operation_items" (
	"operation_id" text NOT NULL,
	"n" integer NOT NULL,
	"item" jsonb NOT NULL,
	CONSTRAINT "operation_items_operation_id_n_pk" PRIMARY KEY("operation_id","n")
);
--> statement-breakpoint
ALTER TABLE "cameras" ADD COLUMN "tags" text[] DEFAULT '{}'::text[] NOT NULL;--> statement-breakpoint
ALTER TABLE "expected_cameras" ADD CONSTRAINT "expected_cameras_integrator_id_tenants_id_fk" FOREIGN KEY ("integrator_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "expected_cameras" ADD CONSTRAINT "expected_cameras_customer_id_tenants_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "expected_cameras" ADD CONSTRAINT "expected_cameras_plan_id_plans_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."plans"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "operation_items" ADD CONSTRAINT "operation_items_operation_id_operations_id_fk" FOREIGN KEY ("operation_id") REFERENCES "public"."operations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "expected_cameras_key" ON "expected_cameras" USING btree ("kind","value","integrator_id");--> statement-breakpoint
CREATE INDEX "expected_cameras_customer" ON "expected_cameras" USING btree ("customer_id","id");--> statement-breakpoint
CREATE INDEX "cameras_name" ON "cameras" USING btree (lower(name),"id");--> statement-breakpoint
CREATE INDEX "cameras_tags" ON "cameras" USING gin ("tags");--> statement-breakpoint
CREATE INDEX "tenants_off" ON "tenants" USING btree ("path" text_pattern_ops) WHERE status <> 'active';
--> statement-breakpoint
-- What a list costs behind the second wall. The policies of 0004 told the planner that next to nothing is in scope:
-- it multiplied their guessed selectivities (`^@ any` of a setting, once per table) with those of the query's own
-- filter, expected four cameras, and read and sorted all of them. LIKE of the first wall is not leakproof, so that
-- behind a policy no index answered it. Now: a policy is one CASE, which the planner takes for a coin; the subtree
-- is a range of `tenants_path`; the root's scope, which holds everything, compares nothing.
create function gantry_sees_all() returns boolean language sql stable as $$
  select coalesce(current_setting('gantry.scope', true), '') ~ '(^|,)[0-9]+\.(,|$)'
$$;
--> statement-breakpoint
-- `1.17.` holds what lies from `1.17.` up to `1.17/`: in ASCII the slash follows the dot.
create or replace view tenants_in_scope as
select t.id
from unnest(string_to_array(nullif(current_setting('gantry.scope', true), ''), ',')) top (path)
join tenants t on t.path ~>=~ top.path and t.path ~<~ (left(top.path, -1) || '/');
--> statement-breakpoint
alter policy tenants_in_scope on tenants using (
  case when (select gantry_sees_all()) then true else
    path ^@ any ((select string_to_array(nullif(current_setting('gantry.scope', true), ''), ','))::text[])
    or path = any ((select string_to_array(nullif(current_setting('gantry.above', true), ''), ','))::text[])
  end
);
--> statement-breakpoint
alter policy plans_in_scope on plans using (
  case when (select gantry_sees_all()) then true else
    exists (select from tenants_in_scope seen where seen.id = plans.tenant_id)
    or exists (select from tenants_above_scope above where above.id = plans.tenant_id)
  end
);
--> statement-breakpoint
alter policy module_restrictions_in_scope on module_restrictions using (
  case when (select gantry_sees_all()) then true else
    exists (select from tenants_in_scope seen where seen.id = module_restrictions.tenant_id)
    or exists (select from tenants_above_scope above where above.id = module_restrictions.tenant_id)
  end
);
--> statement-breakpoint
alter policy tenant_activity_in_scope on tenant_activity using (
  case when (select gantry_sees_all()) then true else
    exists (select from tenants_in_scope seen where seen.id = tenant_activity.tenant_id)
    or exists (select from tenants_above_scope above where above.id = tenant_activity.tenant_id)
  end
);
--> statement-breakpoint
alter policy cameras_in_scope on cameras using (
  case when (select gantry_sees_all()) then true else
    exists (select from tenants_in_scope seen where seen.id = cameras.tenant_id)
  end
);
--> statement-breakpoint
alter policy memberships_in_scope on memberships using (
  case when (select gantry_sees_all()) then true else
    exists (select from tenants_in_scope seen where seen.id = memberships.tenant_id)
  end
);
--> statement-breakpoint
alter policy api_keys_in_scope on api_keys using (
  case when (select gantry_sees_all()) then true else
    exists (select from tenants_in_scope seen where seen.id = api_keys.tenant_id)
  end
);
--> statement-breakpoint
alter policy roles_in_scope on roles using (
  case when (select gantry_sees_all()) then true else
    exists (select from tenants_in_scope seen where seen.id = roles.tenant_id)
  end
);
--> statement-breakpoint
alter policy operations_in_scope on operations using (
  case when (select gantry_sees_all()) then true else
    exists (select from tenants_in_scope seen where seen.id = operations.tenant_id)
  end
);
--> statement-breakpoint
alter policy letters_in_scope on letters using (
  case when (select gantry_sees_all()) then true else
    exists (select from tenants_in_scope seen where seen.id = letters.tenant_id)
  end
);
--> statement-breakpoint
alter policy history_in_scope on history using (
  case when (select gantry_sees_all()) then true else
    exists (select from tenants_in_scope seen where seen.id = history.tenant_id)
  end
);
--> statement-breakpoint
alter policy history_heads_in_scope on history_heads using (
  case when (select gantry_sees_all()) then true else
    exists (select from tenants_in_scope seen where seen.id = history_heads.tenant_id)
  end
);
--> statement-breakpoint
alter policy bindings_in_scope on bindings using (
  case when (select gantry_sees_all()) then true else
    exists (select from tenants_in_scope seen where seen.id = bindings.customer_id)
  end
);
--> statement-breakpoint
alter policy entitlements_in_scope on entitlements using (
  case when (select gantry_sees_all()) then true else
    exists (select from tenants_in_scope seen where seen.id = entitlements.customer_id)
  end
);
--> statement-breakpoint
alter policy segments_in_scope on segments using (
  case when (select gantry_sees_all()) then true else
    exists (select from tenants_in_scope seen where seen.id = segments.customer_id)
  end
);
--> statement-breakpoint
alter policy legal_holds_in_scope on legal_holds using (
  case when (select gantry_sees_all()) then true else
    exists (select from tenants_in_scope seen where seen.id = legal_holds.customer_id)
  end
);
--> statement-breakpoint
alter policy enrolment_tokens_in_scope on enrolment_tokens using (
  case when (select gantry_sees_all()) then true else
    exists (select from tenants_in_scope seen where seen.id = enrolment_tokens.integrator_id)
  end
);
--> statement-breakpoint
alter policy support_grants_in_scope on support_grants using (
  case when (select gantry_sees_all()) then true else
    exists (select from tenants_in_scope seen where seen.id = support_grants.customer_id)
    or exists (select from tenants_in_scope seen where seen.id = support_grants.granted_to)
  end
);
--> statement-breakpoint
alter policy agents_in_scope on agents using (
  case when (select gantry_sees_all()) then true else
    exists (select from tenants_in_scope seen where seen.id = agents.integrator_id)
    or exists (select from cameras held where held.agent_id = agents.id)
  end
);
--> statement-breakpoint
alter policy users_in_scope on users using (
  case when (select gantry_sees_all()) then true else
    exists (select from memberships seen where seen.user_id = users.id)
  end
);
--> statement-breakpoint
alter policy camera_keys_in_scope on camera_keys using (
  case when (select gantry_sees_all()) then true else
    exists (select from cameras seen where seen.id = camera_keys.camera_id)
  end
);
--> statement-breakpoint
alter policy role_cameras_in_scope on role_cameras using (
  case when (select gantry_sees_all()) then true else
    exists (select from roles seen where seen.id = role_cameras.role_id)
  end
);
--> statement-breakpoint
alter policy role_members_in_scope on role_members using (
  case when (select gantry_sees_all()) then true else
    exists (select from roles seen where seen.id = role_members.role_id)
  end
);
--> statement-breakpoint
alter policy enrolments_in_scope on enrolments using (
  case when (select gantry_sees_all()) then true else
    exists (select from enrolment_tokens seen where seen.id = enrolments.token_id)
  end
);
--> statement-breakpoint
alter policy clips_in_scope on clips using (
  case when (select gantry_sees_all()) then true else
    exists (select from tenants_in_scope seen where seen.id = clips.customer_id)
  end
);
--> statement-breakpoint
alter policy share_links_in_scope on share_links using (
  case when (select gantry_sees_all()) then true else
    exists (select from tenants_in_scope seen where seen.id = share_links.customer_id)
  end
);
--> statement-breakpoint
alter policy events_in_scope on events using (
  case when (select gantry_sees_all()) then true else
    exists (select from tenants_in_scope seen where seen.id = events.tenant_id)
  end
);
--> statement-breakpoint
-- Who sees the customer sees what it expects. Items of operations are read by nobody's request.
alter table expected_cameras enable row level security;
--> statement-breakpoint
create policy expected_cameras_in_scope on expected_cameras for select to gantry_request using (
  case when (select gantry_sees_all()) then true else
    exists (select from tenants_in_scope seen where seen.id = expected_cameras.customer_id)
  end
);
--> statement-breakpoint
grant select on expected_cameras to gantry_request;
