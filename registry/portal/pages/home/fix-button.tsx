import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import { useTexts } from '../../i18n/texts.js';
import { useTenantId } from '../../shell/scope.js';
import type { Attention } from './queries.js';
import { texts } from './texts.js';

type LinkTo = (props: { className?: string; children?: ReactNode }) => ReactElement;

/** Leads to where the trouble is ended. */
export function FixButton({ item: { action, target } }: { item: Attention }) {
  const t = useTexts(texts);
  const tenantId = useTenantId();
  const places: Readonly<Record<Attention['target']['kind'], LinkTo>> = {
    agent: (props) => (
      <Link to="/o/$tenantId/cameras" params={{ tenantId }} search={{ agent: target.id }} {...props} />
    ),
    camera: (props) => (
      <Link to="/o/$tenantId/cameras/$cameraId" params={{ tenantId, cameraId: target.id }} {...props} />
    ),
    tenant: (props) => (
      <Link to="/o/$tenantId/cameras" params={{ tenantId }} search={{ state: 'unassigned' }} {...props} />
    ),
    operation: (props) => (
      <Link to="/o/$tenantId/operations" params={{ tenantId }} search={{ id: target.id }} {...props} />
    ),
  };
  return (
    <Button
      size="xs"
      variant="default"
      aria-label={t('fixOf', { act: t(action), name: target.name })}
      renderRoot={places[target.kind]}
    >
      {t(action)}
    </Button>
  );
}
