import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Drawer } from '../../parts/drawer.js';
import { OperationView } from '../../parts/operations/operation-view.js';
import { operationQuery } from '../../parts/operations/queries.js';
import { useKindWords } from '../../parts/operations/words.js';
import { Loaded } from '../../parts/page-states.js';

/** One operation beside the list; it has an address, so it survives a reload and can be handed on. */
export function OperationDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const words = useKindWords();
  const operation = useQuery(operationQuery(id));
  return (
    <Drawer opened onClose={onClose} title={operation.data === undefined ? '' : words(operation.data)}>
      <Stack>
        <Loaded query={operation}>{(data) => <OperationView operation={data} />}</Loaded>
      </Stack>
    </Drawer>
  );
}
