import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Operation } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { OperationView } from '../../parts/operations/operation-view.js';
import { operationQuery } from '../../parts/operations/queries.js';
import { useTenantId } from '../../shell/scope.js';
import { texts } from './texts.js';

/** Follows the operation that a list has become. */
export function Applying({ begun }: { begun: Operation }) {
  const t = useTexts(texts);
  const tenantId = useTenantId();
  const operation = useQuery({ ...operationQuery(begun.id), placeholderData: begun });
  return (
    <Paper withBorder p="md">
      <Stack>
        <Text fw={600}>{t('applied')}</Text>
        <OperationView operation={operation.data ?? begun} />
        <Group>
          <Button
            renderRoot={(props) => (
              <Link to="/o/$tenantId/cameras" params={{ tenantId }} search={{}} {...props} />
            )}
          >
            {t('showCameras')}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}
