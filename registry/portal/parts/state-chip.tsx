import { Text } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleFilled,
  IconClock,
  IconInbox,
  IconPlayerStop,
  IconPlugConnectedX,
  type Icon,
} from '@tabler/icons-react';
import type { Camera } from '../api/schema.js';
import { useTexts } from '../i18n/texts.js';
import { Chip, type Tone } from './chip.js';
import { useCameraLine } from './status-words.js';
import { texts } from './texts.js';

export type CameraState = Camera['status']['chip'];

export const cameraStates = [
  'recording',
  'not_recording',
  'offline',
  'waiting',
  'unassigned',
  'disabled',
] as const satisfies readonly CameraState[];

const looks: Readonly<Record<CameraState, { tone: Tone; icon: Icon }>> = {
  recording: { tone: 'good', icon: IconCircleFilled },
  not_recording: { tone: 'bad', icon: IconAlertTriangle },
  offline: { tone: 'bad', icon: IconPlugConnectedX },
  waiting: { tone: 'info', icon: IconClock },
  unassigned: { tone: 'warn', icon: IconInbox },
  disabled: { tone: 'plain', icon: IconPlayerStop },
};

/** A camera's state in one word (ux.md 4, wording rules). */
export function StateChip({ state }: { state: CameraState }) {
  const t = useTexts(texts);
  const { tone, icon: StateIcon } = looks[state];
  return (
    <Chip tone={tone} icon={<StateIcon size={state === 'recording' ? 10 : 15} stroke={2} aria-hidden />}>
      {t(state)}
    </Chip>
  );
}

/** A sentence that begins with the word that stands above it, "Not recording: the camera …", from there on. */
function withoutWord(line: string, word: string): string {
  const rest = line.startsWith(word) ? /^(?:: | [–—] )(.+)$/s.exec(line.slice(word.length))?.[1] : undefined;
  return rest === undefined ? line : rest[0]?.toLocaleUpperCase() + rest.slice(1);
}

/** The word, and below it the sentence: what, since when, because of what (R19). */
export function CameraStatus({ camera }: { camera: Camera }) {
  const t = useTexts(texts);
  const line = useCameraLine()(camera);
  return (
    <div>
      <StateChip state={camera.status.chip} />
      <Text size="xs" c="dimmed" mt={2} lineClamp={2} lh={1.25} title={line}>
        {withoutWord(line, t(camera.status.chip))}
      </Text>
    </div>
  );
}
