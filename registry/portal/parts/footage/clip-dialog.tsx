import { Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import type { Clip } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import type { TimeRange } from '../../player/recorded.js';
import { Dialog } from '../dialog.js';
import { DialogActs } from '../dialog-acts.js';
import { ErrorNotice } from '../error-notice.js';
import { useFieldErrors } from '../form-errors.js';
import { ClipMaking } from './clip-making.js';
import { useDuration } from './duration.js';
import { fromLocal, toLocal } from './local-time.js';
import { texts } from './texts.js';
import { unrecordedMs, type Span } from './timeline.js';

const longestMs = 3 * 3_600_000;
const keptDays = [1, 7, 30, 90];

/** Makes a file of a range, shows how far that is, and hands it out. */
export function ClipDialog({
  camera,
  range,
  spans,
  onClose,
}: {
  camera: { id: string; name: string };
  /** What is proposed. */
  range: TimeRange;
  spans: readonly Span[];
  onClose: () => void;
}) {
  const t = useTexts(texts);
  const fieldErrors = useFieldErrors();
  const { time } = useFormats();
  const duration = useDuration();
  const client = useQueryClient();
  const [clip, setClip] = useState<Clip | null>(null);
  const [name, setName] = useState(`${camera.name}, ${time(new Date(range.startMs).toISOString())}`);
  const [from, setFrom] = useState(toLocal(range.startMs));
  const [to, setTo] = useState(toLocal(range.endMs));
  const [days, setDays] = useState(7);
  const [fromMs, toMs] = [fromLocal(from), fromLocal(to)];
  const wanted = fromMs !== null && toMs !== null && toMs > fromMs ? { startMs: fromMs, endMs: toMs } : null;
  const lengthMs = wanted === null ? 0 : wanted.endMs - wanted.startMs;
  const lackingMs = wanted === null ? 0 : unrecordedMs(spans, wanted);
  const make = useMutation({
    mutationFn: ({ startMs, endMs }: TimeRange) =>
      answer(
        api.POST('/api/v1/cameras/{id}/clips', {
          params: { path: { id: camera.id } },
          body: {
            from: new Date(startMs).toISOString(),
            to: new Date(endMs).toISOString(),
            name,
            expiresInDays: days,
          },
        }),
      ),
    onSuccess: (made) => {
      setClip(made);
      void client.invalidateQueries({ queryKey: ['clips'] });
    },
  });
  const faults = fieldErrors(make.error);
  return (
    <Dialog opened onClose={onClose} title={t('clipTitle', { name: camera.name })} size="lg">
      {clip !== null ? (
        <ClipMaking clip={clip} onClose={onClose} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (wanted !== null) make.mutate(wanted);
          }}
        >
          <Stack>
            <TextInput
              label={t('clipName')}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              error={faults?.['name']}
              maxLength={200}
              required
              withAsterisk={false}
              data-autofocus
            />
            <Group grow align="flex-start">
              <TextInput
                type="datetime-local"
                step={1}
                label={t('from')}
                value={from}
                onChange={(event) => setFrom(event.currentTarget.value)}
                error={faults?.['from']}
              />
              <TextInput
                type="datetime-local"
                step={1}
                label={t('to')}
                value={to}
                onChange={(event) => setTo(event.currentTarget.value)}
                error={faults?.['to'] ?? (wanted === null ? t('endBeforeStart') : null)}
              />
            </Group>
            <NativeSelect
              label={t('keptFor')}
              value={String(days)}
              onChange={(event) => setDays(Number(event.currentTarget.value))}
              data={keptDays.map((count) => ({ value: String(count), label: t('days', { count }) }))}
            />
            {wanted !== null && (
              <Text size="sm" aria-live="polite">
                {lengthMs > longestMs
                  ? t('tooLong', { longest: duration(longestMs) })
                  : lackingMs >= lengthMs
                    ? t('nothingIn')
                    : lackingMs < 1_000
                      ? t('clipLength', { length: duration(lengthMs) })
                      : t('clipLengthGaps', {
                          length: duration(lengthMs - lackingMs),
                          lacking: duration(lackingMs),
                        })}
              </Text>
            )}
            {make.error !== null && faults === null && <ErrorNotice error={make.error} />}
            <DialogActs>
              <Button variant="default" onClick={onClose}>
                {t('cancel')}
              </Button>
              <Button
                type="submit"
                loading={make.isPending}
                disabled={
                  wanted === null || lengthMs > longestMs || lackingMs >= lengthMs || name.trim() === ''
                }
              >
                {t('makeClip')}
              </Button>
            </DialogActs>
          </Stack>
        </form>
      )}
    </Dialog>
  );
}
