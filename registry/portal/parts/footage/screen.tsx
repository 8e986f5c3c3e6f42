import { Loader } from '@mantine/core';
import { IconLock, IconVideoOff } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { hasCode, Problem } from '../../api/problem.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import classes from './footage.module.css';
import { pictureAt, type Playing } from './playing.js';
import { useProblemWords } from '../problem-words.js';
import { texts } from './texts.js';

/** How long a time stands still before its picture is asked for: who drags does not want them all. */
const restMs = 250;

/** The picture of a recording, and in its place what is to be said when there is none. */
export function Screen({
  cameraId,
  name,
  playing: { video, state, timeMs, toggle },
  note,
}: {
  cameraId: string;
  name: string;
  playing: Playing;
  /** Stands over the picture, such as why nothing is recorded at this time. */
  note?: ReactNode;
}) {
  const t = useTexts(texts);
  const { clock } = useFormats();
  const problem = useProblemWords();
  const isStill = state?.kind === 'unplayable';
  return (
    <div className={classes['screen']}>
      <video ref={video} muted playsInline hidden={isStill} aria-label={name} onClick={toggle} />
      {isStill && timeMs !== null && <Still cameraId={cameraId} name={name} timeMs={timeMs} />}
      {timeMs !== null && <span className={classes['corner']}>{clock(timeMs)}</span>}
      {state?.kind === 'loading' && (
        <div className={classes['overlay']}>
          <Loader color="white" size="sm" />
        </div>
      )}
      {state?.kind === 'failed' && (
        <div className={classes['overlay']} data-dense role="alert">
          {hasCode(state.error, 'forbidden') ? (
            <IconLock size={32} stroke={1.4} aria-hidden />
          ) : (
            <IconVideoOff size={32} stroke={1.4} aria-hidden />
          )}
          {state.error instanceof Problem ? problem(state.error).detail : t('playFailed')}
        </div>
      )}
      {note !== undefined && note !== null && (
        <div className={classes['overlay']} data-dense>
          {note}
        </div>
      )}
    </div>
  );
}

/** What a browser cannot play, it can be shown picture by picture. */
function Still({ cameraId, name, timeMs }: { cameraId: string; name: string; timeMs: number }) {
  const t = useTexts(texts);
  const [shownMs, setShownMs] = useState<number | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setShownMs(timeMs), restMs);
    return () => clearTimeout(timer);
  }, [timeMs]);
  if (shownMs === null) return null;
  return <img src={pictureAt(cameraId, shownMs)} alt={t('pictureOf', { name })} />;
}
