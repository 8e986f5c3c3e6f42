-- The second wall (R3): what `gantry_request`, the role that reads for requests, sees of each table follows from
-- the setting `gantry.scope` (path prefixes, by commas; absent: nothing). See db/row-security.ts, which makes the
-- role. A table without a policy and a grant here cannot be read for requests at all: secrets, queues.
grant usage on schema public to gantry_request;
--> statement-breakpoint
-- With the rights of its owner, so that the policy of `tenants` is not asked again. Starts-with, never LIKE: the
-- setting is read once, and an empty one holds nothing.
create view tenants_in_scope as
select id from tenants
where path ^@ any ((select string_to_array(nullif(current_setting('gantry.scope', true), ''), ','))::text[]);
--> statement-breakpoint
grant select on tenants_in_scope to gantry_request;
--> statement-breakpoint
-- Tenants on the way from the root to the scope: the reason "integrator North disabled" names them, their plans
-- and modules hold below.
create view tenants_above_scope as
select id from tenants
where path = any ((select string_to_array(nullif(current_setting('gantry.above', true), ''), ','))::text[]);
--> statement-breakpoint
grant select on tenants_above_scope to gantry_request;
--> statement-breakpoint
alter table tenants enable row level security;
--> statement-breakpoint
create policy tenants_in_scope on tenants for select to gantry_request using (
  path ^@ any ((select string_to_array(nullif(current_setting('gantry.scope', true), ''), ','))::text[])
  or path = any ((select string_to_array(nullif(current_setting('gantry.above', true), ''), ','))::text[])
);
--> statement-breakpoint
grant select on tenants to gantry_request;
--> statement-breakpoint
alter table plans enable row level security;
--> statement-breakpoint
create policy plans_in_scope on plans for select to gantry_request using (
  exists (select from tenants_in_scope seen where seen.id = plans.tenant_id)
  or exists (select from tenants_above_scope above where above.id = plans.tenant_id)
);
--> statement-breakpoint
grant select on plans to gantry_request;
--> statement-breakpoint
alter table module_restrictions enable row level security;
--> statement-breakpoint
create policy module_restrictions_in_scope on module_restrictions for select to gantry_request using (
  exists (select from tenants_in_scope seen where seen.id = module_restrictions.tenant_id)
  or exists (select from tenants_above_scope above where above.id = module_restrictions.tenant_id)
);
--> statement-breakpoint
grant select on module_restrictions to gantry_request;
--> statement-breakpoint
alter table tenant_activity enable row level security;
--> statement-breakpoint
create policy tenant_activity_in_scope on tenant_activity for select to gantry_request using (
  exists (select from tenants_in_scope seen where seen.id = tenant_activity.tenant_id)
  or exists (select from tenants_above_scope above where above.id = tenant_activity.tenant_id)
);
--> statement-breakpoint
grant select on tenant_activity to gantry_request;
--> statement-breakpoint
alter table cameras enable row level security;
--> statement-breakpoint
create policy cameras_in_scope on cameras for select to gantry_request using (
  exists (select from tenants_in_scope seen where seen.id = cameras.tenant_id)
);
--> statement-breakpoint
grant select on cameras to gantry_request;
--> statement-breakpoint
alter table memberships enable row level security;
--> statement-breakpoint
create policy memberships_in_scope on memberships for select to gantry_request using (
  exists (select from tenants_in_scope seen where seen.id = memberships.tenant_id)
);
--> statement-breakpoint
grant select on memberships to gantry_request;
--> statement-breakpoint
alter table api_keys enable row level security;
--> statement-breakpoint
create policy api_keys_in_scope on api_keys for select to gantry_request using (
  exists (select from tenants_in_scope seen where seen.id = api_keys.tenant_id)
);
--> statement-breakpoint
grant select on api_keys to gantry_request;
--> statement-breakpoint
alter table roles enable row level security;
--> statement-breakpoint
create policy roles_in_scope on roles for select to gantry_request using (
  exists (select from tenants_in_scope seen where seen.id = roles.tenant_id)
);
--> statement-breakpoint
grant select on roles to gantry_request;
--> statement-breakpoint
alter table operations enable row level security;
--> statement-breakpoint
create policy operations_in_scope on operations for select to gantry_request using (
  exists (select from tenants_in_scope seen where seen.id = operations.tenant_id)
);
--> statement-breakpoint
grant select on operations to gantry_request;
--> statement-breakpoint
alter table letters enable row level security;
--> statement-breakpoint
create policy letters_in_scope on letters for select to gantry_request using (
  exists (select from tenants_in_scope seen where seen.id = letters.tenant_id)
);
--> statement-breakpoint
grant select on letters to gantry_request;
--> statement-breakpoint
alter table history enable row level security;
--> statement-breakpoint
create policy history_in_scope on history for select to gantry_request using (
  exists (select from tenants_in_scope seen where seen.id = history.tenant_id)
);
--> statement-breakpoint
grant select on history to gantry_request;
--> statement-breakpoint
alter table history_heads enable row level security;
--> statement-breakpoint
create policy history_heads_in_scope on history_heads for select to gantry_request using (
  exists (select from tenants_in_scope seen where seen.id = history_heads.tenant_id)
);
--> statement-breakpoint
grant select on history_heads to gantry_request;
--> statement-breakpoint
alter table bindings enable row level security;
--> statement-breakpoint
create policy bindings_in_scope on bindings for select to gantry_request using (
  exists (select from tenants_in_scope seen where seen.id = bindings.customer_id)
);
--> statement-breakpoint
grant select on bindings to gantry_request;
--> statement-breakpoint
alter table entitlements enable row level security;
--> statement-breakpoint
create policy entitlements_in_scope on entitlements for select to gantry_request using (
  exists (select from tenants_in_scope seen where seen.id = entitlements.customer_id)
);
--> statement-breakpoint
grant select on entitlements to gantry_request;
--> statement-breakpoint
alter table segments enable row level security;
--> statement-breakpoint
create policy segments_in_scope on segments for select to gantry_request using (
  exists (select from tenants_in_scope seen where seen.id = segments.customer_id)
);
--> statement-breakpoint
grant select on segments to gantry_request;
--> statement-breakpoint
alter table legal_holds enable row level security;
--> statement-breakpoint
create policy legal_holds_in_scope on legal_holds for select to gantry_request using (
  exists (select from tenants_in_scope seen where seen.id = legal_holds.customer_id)
);
--> statement-breakpoint
grant select on legal_holds to gantry_request;
--> statement-breakpoint
alter table enrolment_tokens enable row level security;
--> statement-breakpoint
create policy enrolment_tokens_in_scope on enrolment_tokens for select to gantry_request using (
  exists (select from tenants_in_scope seen where seen.id = enrolment_tokens.integrator_id)
);
--> statement-breakpoint
grant select on enrolment_tokens to gantry_request;
--> statement-breakpoint
alter table support_grants enable row level security;
--> statement-breakpoint
create policy support_grants_in_scope on support_grants for select to gantry_request using (
  exists (select from tenants_in_scope seen where seen.id = support_grants.customer_id)
  or exists (select from tenants_in_scope seen where seen.id = support_grants.granted_to)
);
--> statement-breakpoint
grant select on support_grants to gantry_request;
--> statement-breakpoint
-- A customer sees the agent that looks after its camera, which belongs to the integrator.
--> statement-breakpoint
alter table agents enable row level security;
--> statement-breakpoint
create policy agents_in_scope on agents for select to gantry_request using (
  exists (select from tenants_in_scope seen where seen.id = agents.integrator_id)
  or exists (select from cameras seen where seen.agent_id = agents.id)
);
--> statement-breakpoint
grant select on agents to gantry_request;
--> statement-breakpoint
-- What hangs on a row that is seen.
--> statement-breakpoint
alter table users enable row level security;
--> statement-breakpoint
create policy users_in_scope on users for select to gantry_request using (
  exists (select from memberships place where place.user_id = users.id)
);
--> statement-breakpoint
grant select on users to gantry_request;
--> statement-breakpoint
alter table camera_keys enable row level security;
--> statement-breakpoint
create policy camera_keys_in_scope on camera_keys for select to gantry_request using (
  exists (select from cameras seen where seen.id = camera_keys.camera_id)
);
--> statement-breakpoint
grant select on camera_keys to gantry_request;
--> statement-breakpoint
alter table role_cameras enable row level security;
--> statement-breakpoint
create policy role_cameras_in_scope on role_cameras for select to gantry_request using (
  exists (select from roles seen where seen.id = role_cameras.role_id)
);
--> statement-breakpoint
grant select on role_cameras to gantry_request;
--> statement-breakpoint
alter table role_members enable row level security;
--> statement-breakpoint
create policy role_members_in_scope on role_members for select to gantry_request using (
  exists (select from roles seen where seen.id = role_members.role_id)
);
--> statement-breakpoint
grant select on role_members to gantry_request;
--> statement-breakpoint
alter table enrolments enable row level security;
--> statement-breakpoint
create policy enrolments_in_scope on enrolments for select to gantry_request using (
  exists (select from enrolment_tokens seen where seen.id = enrolments.token_id)
);
--> statement-breakpoint
grant select on enrolments to gantry_request;
