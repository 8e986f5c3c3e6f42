import '@mantine/core/styles/Radio.css';
import { Radio, Skeleton, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { ErrorNotice } from './error-notice.js';
import { FormDialog } from './form-dialog.js';

interface Candidate {
  id: string;
  name: string;
  /** By what somebody tells it from the others. */
  about: string;
}

/** Chooses what takes the place of a thing that is replaced (R43). */
export function ReplacementDialog({
  title,
  what,
  label,
  none,
  act,
  candidates,
  fault,
  pending,
  error,
  onReplace,
  onClose,
}: {
  title: string;
  what: string;
  label: string;
  /** What to do where nothing can take its place. */
  none: string;
  act: string;
  /** Undefined while they are asked for. */
  candidates: readonly Candidate[] | undefined;
  /** Why they cannot be asked for. */
  fault: unknown;
  pending: boolean;
  error: unknown;
  onReplace: (byId: string) => void;
  onClose: () => void;
}) {
  const [byId, setBy] = useState<string | null>(null);
  return (
    <FormDialog
      title={title}
      size="lg"
      act={act}
      ready={byId !== null}
      pending={pending}
      error={error}
      onSubmit={() => byId !== null && onReplace(byId)}
      onClose={onClose}
    >
      <Text size="sm">{what}</Text>
      {fault !== null && <ErrorNotice error={fault} />}
      {candidates === undefined && fault === null && <Skeleton height={80} />}
      {candidates?.length === 0 && <Text fw={600}>{none}</Text>}
      {candidates !== undefined && candidates.length > 0 && (
        <Radio.Group label={label} value={byId} onChange={setBy}>
          <Stack gap="xs" mt="xs">
            {candidates.map(({ id, name, about }) => (
              <Radio key={id} value={id} label={name} description={about} />
            ))}
          </Stack>
        </Radio.Group>
      )}
    </FormDialog>
  );
}
