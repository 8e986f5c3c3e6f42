import { ActionIcon, Button, NativeSelect } from '@mantine/core';
import {
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconRewindBackward10,
  IconRewindForward10,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTexts } from '../../i18n/texts.js';
import classes from './footage.module.css';
import { speeds } from './keys.js';
import { texts } from './texts.js';

/** Play, jump, speed; whatever else the page offers stands at the end. */
export function Controls({
  isPaused,
  speed,
  ready,
  onToggle,
  onJump,
  onSpeed,
  children,
}: {
  isPaused: boolean;
  speed: number;
  /** False while there is nothing to play. */
  ready: boolean;
  onToggle: () => void;
  onJump: (ms: number) => void;
  onSpeed: (speed: number) => void;
  children?: ReactNode;
}) {
  const t = useTexts(texts);
  return (
    <div className={classes['controls']}>
      <ActionIcon
        variant="default"
        size={36}
        aria-label={t('back10')}
        disabled={!ready}
        onClick={() => onJump(-10_000)}
      >
        <IconRewindBackward10 size={20} aria-hidden />
      </ActionIcon>
      <Button
        disabled={!ready}
        leftSection={
          isPaused ? (
            <IconPlayerPlayFilled size={16} aria-hidden />
          ) : (
            <IconPlayerPauseFilled size={16} aria-hidden />
          )
        }
        onClick={onToggle}
      >
        {isPaused ? t('play') : t('pause')}
      </Button>
      <ActionIcon
        variant="default"
        size={36}
        aria-label={t('forward10')}
        disabled={!ready}
        onClick={() => onJump(10_000)}
      >
        <IconRewindForward10 size={20} aria-hidden />
      </ActionIcon>
      <NativeSelect
        aria-label={t('speed')}
        value={String(speed)}
        onChange={(event) => onSpeed(Number(event.currentTarget.value))}
        data={speeds.map((one) => ({ value: String(one), label: `${one}×` }))}
        w={84}
      />
      <span className={classes['controlsGap']} />
      {children}
    </div>
  );
}
