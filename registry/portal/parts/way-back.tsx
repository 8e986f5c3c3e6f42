import { Anchor, Group } from '@mantine/core';
import { IconChevronLeft } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTenantId } from '../shell/scope.js';

/** Above the title of a page: leads to the list that it belongs to. */
export function WayBack({ to, children }: { to: 'boxes' | 'cameras' | 'users'; children: string }) {
  const tenantId = useTenantId();
  return (
    <Anchor
      size="sm"
      c="dimmed"
      renderRoot={(props) => <Link to={`/o/$tenantId/${to}`} params={{ tenantId }} {...props} />}
    >
      <Group gap={2} component="span">
        <IconChevronLeft size={16} aria-hidden />
        {children}
      </Group>
    </Anchor>
  );
}
