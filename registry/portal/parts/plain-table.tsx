import type { ReactNode } from 'react';
import classes from './plain-table.module.css';

/**
 * A short table, all of it on the page; long lists are `VirtualTable`. One with a `label` scrolls sideways where its
 * frame is narrower than `minWidth`, for keyboards too; others break their words. Cells of numbers say `data-number`.
 */
export function PlainTable({
  children,
  className = '',
  minWidth,
  label,
  dense = false,
  boxed = false,
}: {
  /** `thead` and `tbody`. */
  children: ReactNode;
  className?: string;
  minWidth?: string;
  label?: string;
  dense?: boolean;
  /** Where it stands on the page by itself. */
  boxed?: boolean;
}) {
  return (
    <div
      className={classes['frame']}
      data-boxed={boxed || undefined}
      {...(label === undefined ? {} : { role: 'region', tabIndex: 0, 'aria-label': label })}
    >
      <table
        className={`${classes['table']} ${className}`}
        style={{ minWidth }}
        data-dense={dense || undefined}
      >
        {children}
      </table>
    </div>
  );
}
