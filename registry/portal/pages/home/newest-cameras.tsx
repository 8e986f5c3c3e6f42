import { Text } from '@mantine/core';
import type { Camera } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { CameraLink } from '../../parts/camera-link.js';
import { Snapshot } from '../../parts/snapshot.js';
import { StateChip } from '../../parts/state-chip.js';
import classes from './home.module.css';
import { Section } from './section.js';
import { texts } from './texts.js';

export function NewestCameras({ cameras }: { cameras: readonly Camera[] }) {
  const t = useTexts(texts);
  return (
    <Section title={t('newest')}>
      {cameras.length === 0 ? (
        <Text size="sm" c="dimmed" className={classes['none'] ?? ''}>
          {t('newestNone')}
        </Text>
      ) : (
        <ul className={classes['lines']}>
          {cameras.map((camera) => (
            <li key={camera.id} className={classes['line']}>
              <Snapshot camera={camera} />
              <div className={classes['words']}>
                <CameraLink camera={camera} />
                <Text size="xs" c="dimmed" truncate>
                  {camera.customer?.name ?? camera.agent.name}
                </Text>
              </div>
              <StateChip state={camera.status.chip} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
