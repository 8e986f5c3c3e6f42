import '@mantine/core/styles/List.css';
import { lazy, Suspense } from 'react';
import type { Tenant } from '../../api/schema.js';

export type TenantAct = 'disable' | 'enable' | 'move' | 'delete';

const Disable = lazy(async () => ({ default: (await import('./disable-dialog.js')).DisableDialog }));
const Enable = lazy(async () => ({ default: (await import('./enable-dialog.js')).EnableDialog }));
const Move = lazy(async () => ({ default: (await import('./move-dialog.js')).MoveDialog }));
const Delete = lazy(async () => ({ default: (await import('./delete-dialog.js')).DeleteDialog }));

/** The dialogs about a tenant's switch, place and end; loaded when one is opened. */
export function TenantDialogs({
  tenant,
  act,
  onAct,
  onDeleted,
}: {
  tenant: Tenant;
  act: TenantAct | null;
  /** Another dialog, or null: none. */
  onAct: (act: TenantAct | null) => void;
  onDeleted: () => void;
}) {
  const close = () => onAct(null);
  return (
    <Suspense>
      {act === 'disable' && <Disable tenant={tenant} onClose={close} />}
      {act === 'enable' && <Enable tenant={tenant} onClose={close} />}
      {act === 'move' && <Move tenant={tenant} onClose={close} />}
      {act === 'delete' && (
        <Delete
          tenant={tenant}
          onClose={close}
          onDisable={tenant.status === 'active' ? () => onAct('disable') : null}
          onDeleted={() => {
            close();
            onDeleted();
          }}
        />
      )}
    </Suspense>
  );
}
