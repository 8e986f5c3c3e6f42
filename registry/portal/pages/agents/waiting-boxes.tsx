import { Button, Group, Text, Title } from '@mantine/core';
import { IconClock } from '@tabler/icons-react';
import { useState } from 'react';
import type { WaitingBox } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { lazyDialog } from '../../parts/lazy-dialog.js';
import classes from './agents.module.css';
import { shownWaiting, useWaitingBoxes } from './queries.js';
import { texts } from './texts.js';

const ApproveDialog = lazyDialog(async () => (await import('./approve-dialog.js')).ApproveDialog);
const RejectDialog = lazyDialog(async () => (await import('./reject-dialog.js')).RejectDialog);

/** Boxes before which somebody stands; nothing where none waits. */
export function WaitingBoxes() {
  const t = useTexts(texts);
  const { ago } = useFormats();
  const [asked, setAsked] = useState<{ act: 'approve' | 'reject'; box: WaitingBox; name: string } | null>(
    null,
  );
  const { data } = useWaitingBoxes();
  const boxes = data?.items ?? [];
  const close = () => setAsked(null);
  return (
    <>
      {boxes.length > 0 && (
        <section className={classes['waiting']} aria-labelledby="waiting-boxes">
          <Title order={2} size="h5" id="waiting-boxes" className={classes['waitingTitle'] ?? ''}>
            <IconClock size={20} stroke={1.7} aria-hidden />
            {data?.next === null
              ? t('waiting', { count: boxes.length })
              : t('waitingMore', { count: shownWaiting })}
          </Title>
          <ul className={classes['waitingList']}>
            {boxes.map((box) => {
              const name = box.hostname.trim() || t('unnamed');
              return (
                <li key={box.userCode} className={classes['waitingBox']}>
                  <div className={classes['waitingWhat']}>
                    <Text size="sm" fw={600} truncate>
                      {name}
                    </Text>
                    <Text size="sm">{box.words.join(' ')}</Text>
                    <Text size="xs" c="dimmed">
                      {t('asked', {
                        from: box.ip ?? t('unknownAddress'),
                        ago: ago(box.askedAt),
                        code: box.userCode,
                      })}
                    </Text>
                  </div>
                  <Group gap="xs">
                    <Button
                      size="xs"
                      aria-label={t('approveNamed', { name })}
                      onClick={() => setAsked({ act: 'approve', box, name })}
                    >
                      {t('approve')}
                    </Button>
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={t('rejectNamed', { name })}
                      onClick={() => setAsked({ act: 'reject', box, name })}
                    >
                      {t('reject')}
                    </Button>
                  </Group>
                </li>
              );
            })}
          </ul>
        </section>
      )}
      {asked?.act === 'approve' && <ApproveDialog box={asked.box} name={asked.name} onClose={close} />}
      {asked?.act === 'reject' && <RejectDialog box={asked.box} name={asked.name} onClose={close} />}
    </>
  );
}
