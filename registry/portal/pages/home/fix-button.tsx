import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import { useTexts } from '../../i18n/texts.js';
import { useTenantId } from '../../shell/scope.js';
import type { Attention } from './queries.js';
import { texts } from './texts.js';

type LinkTo = (props: { className?: string; children?: ReactNode }) => ReactElement;

/** Leads to where the trouble is ended; nothing where there is no such place. */
export function FixButton({ item: { action, target } }: { item: Attention }) {
  const t = useTexts(texts);
  const tenantId = useTenantId();
  const places: Readonly<Record<Attention['target']['kind'], LinkTo | null>> = {
    agent: (props) => (
      <Link to="/o/$tenantId/cameras" params={{ tenantId }} search={{ agent: target.id }} {...props} />
    ),
    camera: (props) => (
      <Link to="/o/$tenantId/cameras/$cameraId" params={{ tenantId, cameraId: target.id }} {...props} />
    ),
    tenant: (props) => (
      <Link to="/o/$tenantId/cameras" params={{ tenantId }} search={{ state: 'unassigned' }} {...props} />
    ),
    // The tray in the header shows running work and what became of it.
    operation: null,
  };
  const place = places[target.kind];
  if (place === null) return null;
  return (
    <Button
      size="xs"
      variant="default"
      aria-label={t('fixOf', { act: t(action), name: target.name })}
      renderRoot={place}
    >
      {t(action)}
    </Button>
  );
}
