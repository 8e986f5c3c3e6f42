import { Button, Code, Text } from '@mantine/core';
import { IconMail } from '@tabler/icons-react';
import { answer, api } from '../../api/client.js';
import { useTexts } from '../../i18n/texts.js';
import { useAct } from '../act.js';
import { ErrorNotice } from '../error-notice.js';
import { texts } from './texts.js';

/** Sends a letter to the person and tells at once what the mail server said. */
export function MailTest() {
  const t = useTexts(texts);
  const test = useAct(() => answer(api.POST('/api/v1/mail:test')), { stale: [], onDone: () => {} });
  const came = test.data;
  return (
    <div>
      <Button
        variant="default"
        leftSection={<IconMail size={16} aria-hidden />}
        loading={test.isPending}
        onClick={() => test.mutate()}
      >
        {t('testMail')}
      </Button>
      <div role="status">
        {came !== undefined && (
          <Text size="sm" mt="xs">
            {t(came.error !== null ? 'testRefused' : came.goesTo === 'folder' ? 'testFile' : 'testTaken', {
              recipient: came.recipient,
            })}
          </Text>
        )}
        {came?.error && <Code block>{came.error}</Code>}
      </div>
      {test.error !== null && <ErrorNotice error={test.error} />}
    </div>
  );
}
