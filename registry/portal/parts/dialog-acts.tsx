import type { ReactNode } from 'react';
import classes from './dialog-acts.module.css';

/** The buttons below a dialog, what it is for last. Where they do not stand side by side it comes to the top. */
export function DialogActs({ children }: { children: ReactNode }) {
  return <div className={classes['acts']}>{children}</div>;
}
