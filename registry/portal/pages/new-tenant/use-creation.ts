import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import type { Tenant } from '../../api/schema.js';
import { useFieldErrors } from '../../parts/form-errors.js';
import { personOf } from '../../parts/people/person.js';
import { detailsOf, type TenantValues } from '../../parts/tenant-form/values.js';
import type { FirstUser } from './first-user.js';
import type { NewKind } from './route.js';

interface Wanted {
  values: TenantValues;
  user: FirstUser;
}

/**
 * Creates the tenant, then its first user. When only the second fails the tenant is there (`made`), and the next
 * run creates just the user.
 */
export function useCreation({
  parentId,
  kind,
  onDone,
  onFaults,
}: {
  parentId: string;
  kind: NewKind;
  /** `link`: activates the first user's account, to be handed over; shown this once. */
  onDone: (made: Tenant, link: string | null) => void;
  onFaults: (faults: Record<string, string>) => void;
}) {
  const client = useQueryClient();
  const fieldErrors = useFieldErrors();
  const [made, setMade] = useState<Tenant | null>(null);
  const creation = useMutation({
    mutationFn: async ({ values, user }: Wanted) => {
      const tenant = made ?? (await createTenant(parentId, kind, values));
      setMade(tenant);
      return { tenant, link: user.wanted ? await createUser(tenant.id, user) : null };
    },
    onSuccess: ({ tenant, link }) => onDone(tenant, link),
    onError: (error) => {
      if (made === null) onFaults(fieldErrors(error) ?? {});
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ['tenants'] }),
  });
  const faults = fieldErrors(creation.error);
  return {
    run: creation.mutate,
    pending: creation.isPending,
    made,
    error: faults === null ? creation.error : null,
    userFaults: made === null || faults === null ? {} : faults,
  };
}

function createTenant(parentId: string, kind: NewKind, values: TenantValues): Promise<Tenant> {
  const { portalAccess, linkSharing, newUsers, recordingDefaults, ...details } = detailsOf(values);
  const defaults = { portalAccess, linkSharing, newUsers, recordingDefaults };
  return answer(
    api.POST('/api/v1/tenants', {
      body: { kind, parentId, ...details, ...(kind === 'customer' ? defaults : {}) },
    }),
  );
}

/** Answers the link to hand over, when that way was chosen (R27). */
async function createUser(tenantId: string, user: FirstUser): Promise<string | null> {
  const { link } = await answer(
    api.POST('/api/v1/users', { body: { tenantId, ...personOf(user), owner: true } }),
  );
  return link;
}
