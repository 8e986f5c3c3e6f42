import { Stack } from '@mantine/core';
import type { PanelProps } from './panel.js';
import { PlanForm } from './plan-form.js';
import { RecordingForm } from './recording-form.js';

export function SettingsTab({ camera }: PanelProps) {
  return (
    <Stack maw={760}>
      <PlanForm camera={camera} />
      <RecordingForm camera={camera} />
    </Stack>
  );
}
