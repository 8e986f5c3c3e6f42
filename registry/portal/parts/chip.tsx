import type { ReactNode } from 'react';
import classes from './parts.module.css';

export type Tone = 'good' | 'bad' | 'warn' | 'info' | 'plain';

/** A state in one word with its icon: never by colour alone. */
export function Chip({ tone, icon, children }: { tone: Tone; icon?: ReactNode; children: ReactNode }) {
  return (
    <span className={classes['chip']} data-tone={tone}>
      {icon}
      {children}
    </span>
  );
}
