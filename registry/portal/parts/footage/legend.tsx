import { useTexts } from '../../i18n/texts.js';
import classes from './footage.module.css';
import { texts } from './texts.js';

const bars = [
  ['recorded', 1, 10],
  ['pending', 4, 7],
  ['missing', 7, 4],
  ['off', 9, 2],
] as const;

/** What the shapes of a strip mean. */
export function Legend() {
  const t = useTexts(texts);
  return (
    <div className={`${classes['legend']} ${classes['stripBox']}`}>
      {bars.map(([kind, y, height]) => (
        <span key={kind}>
          <svg width="14" height="12" aria-hidden>
            <rect className={classes[kind]} fill="none" x="1" width="12" y={y} height={height} />
          </svg>
          {t(kind)}
        </span>
      ))}
    </div>
  );
}
