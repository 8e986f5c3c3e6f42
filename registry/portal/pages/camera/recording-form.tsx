import '@mantine/core/styles/Radio.css';
import { Button, Group, NativeSelect, Radio, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, ifMatch } from '../../api/client.js';
import { hasCode } from '../../api/problem.js';
import type { Camera } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { Card } from '../../parts/card.js';
import { ConflictDialog } from '../../parts/conflict-dialog.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { useFieldErrors } from '../../parts/form-errors.js';
import { toast } from '../../parts/toasts.js';
import { NumberField } from '../../parts/number-field.js';
import type { PanelProps } from './panel.js';
import { cameraQuery } from './queries.js';
import {
  cleaned,
  differing,
  firstWindow,
  sameRecording,
  usualMotion,
  type Recording,
} from './recording-values.js';
import { ScheduleField } from './schedule-field.js';
import { texts } from './texts.js';
import { fieldNames, modeMeans } from './words.js';

const modes = ['continuous', 'motion', 'schedule', 'off'] as const;

/** How the camera is recorded. Saves against the version that was read; another's change is shown, not lost. */
export function RecordingForm({ camera }: PanelProps) {
  const t = useTexts(texts);
  const fieldErrors = useFieldErrors();
  const client = useQueryClient();
  const [read, setRead] = useState(camera);
  const [value, setValue] = useState<Recording>(camera.recording);
  const [theirs, setTheirs] = useState<Camera | null>(null);
  const changed = !sameRecording(value, read.recording);
  // Nothing is typed yet: what others save is shown.
  if (!changed && camera.version !== read.version) {
    setRead(camera);
    setValue(camera.recording);
  }
  const begin = (now: Camera) => {
    setRead(now);
    setValue(now.recording);
    setTheirs(null);
  };
  const put = (version: number) =>
    answer(
      api.PUT('/api/v1/cameras/{id}/recording', {
        params: { path: { id: camera.id } },
        headers: ifMatch(version),
        body: cleaned(value),
      }),
    );
  const save = useMutation({
    mutationFn: async (version: number): Promise<Camera | null> => {
      try {
        return await put(version);
      } catch (error) {
        if (!hasCode(error, 'precondition_failed')) throw error;
        const now = await client.fetchQuery({ ...cameraQuery(camera.id), staleTime: 0 });
        // Another part of the camera was changed: nothing to decide.
        if (sameRecording(now.recording, read.recording)) return put(now.version);
        setTheirs(now);
        return null;
      }
    },
    onSuccess: (now) => {
      if (now === null) return;
      begin(now);
      client.setQueryData(cameraQuery(camera.id).queryKey, now);
      void client.invalidateQueries({ queryKey: ['cameras'] });
      toast({ message: t('saved') });
    },
  });
  const faults = fieldErrors(save.error);
  const set = (part: Partial<Recording>) => setValue({ ...value, ...part });
  const motion = value.motion ?? usualMotion;
  const shown = (field: keyof Recording, of: Recording): string => {
    if (field === 'mode') return t(of.mode);
    if (field === 'stream') return t(of.stream);
    const part = of[field];
    return part === null ? '–' : typeof part === 'object' ? JSON.stringify(part) : String(part);
  };
  return (
    <Card id="recording" title={t('recording')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(read.version);
        }}
      >
        <Stack>
          <Radio.Group
            label={t('when')}
            value={value.mode}
            onChange={(mode) =>
              set({
                mode,
                ...(mode === 'schedule' && value.scheduleWindows === null
                  ? { scheduleWindows: [firstWindow] }
                  : {}),
              })
            }
          >
            <Stack gap="xs" mt="xs">
              {modes.map((mode) => (
                <Radio key={mode} value={mode} label={t(mode)} description={t(modeMeans[mode])} />
              ))}
            </Stack>
          </Radio.Group>
          {value.mode === 'motion' && (
            <Group grow align="flex-start">
              <NumberField
                label={t('preRoll')}
                min={0}
                max={60}
                value={motion.preRollSeconds}
                onChange={(next) => set({ motion: { ...motion, preRollSeconds: Number(next) } })}
                error={faults?.['motion.preRollSeconds']}
              />
              <NumberField
                label={t('postRoll')}
                min={1}
                max={300}
                value={motion.postRollSeconds}
                onChange={(next) => set({ motion: { ...motion, postRollSeconds: Number(next) } })}
                error={faults?.['motion.postRollSeconds']}
              />
            </Group>
          )}
          {value.mode === 'schedule' && (
            <ScheduleField
              windows={value.scheduleWindows ?? []}
              onChange={(scheduleWindows) => set({ scheduleWindows })}
            />
          )}
          {value.mode !== 'off' && (
            <Group grow align="flex-start">
              <NativeSelect
                label={t('recordedStream')}
                value={value.stream}
                onChange={(event) => set({ stream: event.currentTarget.value as Recording['stream'] })}
                data={[
                  { value: 'main', label: t('main') },
                  { value: 'sub', label: t('sub') },
                ]}
              />
              <NumberField
                label={t('retentionDays')}
                min={1}
                max={3650}
                value={value.retentionDays}
                onChange={(next) => set({ retentionDays: Number(next) })}
                error={faults?.['retentionDays']}
              />
            </Group>
          )}
          {save.error !== null && faults === null && <ErrorNotice error={save.error} />}
          <Group>
            <Button type="submit" disabled={!changed} loading={save.isPending}>
              {t('saveRecording')}
            </Button>
            {changed && (
              <Button variant="default" onClick={() => setValue(read.recording)}>
                {t('discard')}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
      {theirs !== null && (
        <ConflictDialog
          rows={[
            ...new Set([...differing(theirs.recording, read.recording), ...differing(value, read.recording)]),
          ].map((field) => ({
            field: t(fieldNames[field]),
            theirs: shown(field, theirs.recording),
            mine: shown(field, value),
          }))}
          pending={save.isPending}
          onTakeTheirs={() => begin(theirs)}
          onSaveMine={() => {
            setRead(theirs);
            setTheirs(null);
            save.mutate(theirs.version);
          }}
          onClose={() => setTheirs(null)}
        />
      )}
    </Card>
  );
}
