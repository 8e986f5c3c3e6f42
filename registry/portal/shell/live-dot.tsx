import { useFormats } from '../i18n/formats.js';
import { useTexts } from '../i18n/texts.js';
import { useLiveState } from '../live/live.js';
import classes from './shell.module.css';
import { texts } from './texts.js';

/** Whether what is on screen follows by itself. */
export function LiveDot() {
  const t = useTexts(texts);
  const { state } = useLiveState();
  const label = state === 'live' ? t('live') : t('notLive');
  return <span className={classes['dot']} data-state={state} role="img" aria-label={label} title={label} />;
}

export function PausedStrip() {
  const t = useTexts(texts);
  const { clock } = useFormats();
  const { state, heardAtMs } = useLiveState();
  if (state !== 'paused' || heardAtMs === null) return null;
  return (
    <div className={classes['strip']} role="status">
      {t('paused', { time: clock(heardAtMs) })}
    </div>
  );
}
