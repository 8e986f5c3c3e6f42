import { Button, FileButton, Group, Stack, Text } from '@mantine/core';
import { IconDownload, IconFileSpreadsheet } from '@tabler/icons-react';
import { useState } from 'react';
import { useTexts } from '../../i18n/texts.js';
import { useTenantId } from '../../shell/scope.js';
import classes from './import.module.css';
import { texts } from './texts.js';

/** Takes one CSV file, chosen or dropped; beside it, files to begin with. */
export function DropField({ onFile }: { onFile: (file: File) => void }) {
  const t = useTexts(texts);
  const tenantId = useTenantId();
  const [over, setOver] = useState(false);
  const downloads = [
    ['template', '/api/v1/cameras/import-template'],
    ['present', `/api/v1/cameras:export?customer=${tenantId}`],
  ] as const;
  return (
    <>
      <Text size="sm" c="dimmed">
        {t('what')}
      </Text>
      <Stack
        align="center"
        className={classes['drop'] ?? ''}
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          const file = event.dataTransfer.files[0];
          if (file !== undefined) onFile(file);
        }}
      >
        <IconFileSpreadsheet size={40} stroke={1.2} aria-hidden />
        <Text fw={600} visibleFrom="sm">
          {t('drop')}
        </Text>
        <FileButton accept=".csv,text/csv" onChange={(file) => file !== null && onFile(file)}>
          {(props) => <Button {...props}>{t('choose')}</Button>}
        </FileButton>
      </Stack>
      <Group>
        {downloads.map(([name, href]) => (
          <Button
            key={name}
            component="a"
            href={href}
            download
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            {t(name)}
          </Button>
        ))}
      </Group>
    </>
  );
}
