import { useCallback } from 'react';
import type { Tenant } from '../api/schema.js';
import { useRetold, type Retold } from '../i18n/retold.js';

const tenantLines: Retold<Exclude<Tenant['status'], 'active'>> = {
  de: {
    disabled: 'Aus – {name} ist abgeschaltet',
    pending_confirmation: 'Aus – {name} hat die E-Mail-Adresse noch nicht bestätigt',
    deleting: 'Aus – {name} wird gelöscht',
  },
};

/** Whether a tenant is effectively active, and because of whom it is not (R13). */
export function useTenantLine(): (tenant: Tenant) => string {
  const retell = useRetold(tenantLines);
  return useCallback(
    ({ effective, status, name, statusLine }) => {
      const deciding = effective.because?.status ?? status;
      return retell(deciding === 'active' ? null : deciding, statusLine, {
        name: effective.because?.name ?? name,
      });
    },
    [retell],
  );
}
