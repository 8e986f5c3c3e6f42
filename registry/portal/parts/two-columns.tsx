import type { ReactNode } from 'react';
import classes from './two-columns.module.css';

/** Cards in two columns, the first a little wider; one below the other where there is no room. */
export function TwoColumns({ main, side }: { main: ReactNode; side: ReactNode }) {
  return (
    <div className={classes['columns']}>
      <div className={classes['column']}>{main}</div>
      <div className={classes['column']}>{side}</div>
    </div>
  );
}
