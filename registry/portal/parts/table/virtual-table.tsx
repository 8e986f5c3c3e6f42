import { Checkbox, Skeleton, VisuallyHidden } from '@mantine/core';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { useEffect, useMemo, useState, type CSSProperties, type KeyboardEvent, type ReactNode } from 'react';
import { useTexts } from '../../i18n/texts.js';
import { ErrorNotice } from '../error-notice.js';
import { StaleStrip } from '../page-states.js';
import { texts } from '../texts.js';
import { useColumns, type Column } from './columns.js';
import { scrollToRow, useRowsOnScreen } from './rows-on-screen.js';
import { isSelected, type SelectionState } from './selection.js';
import classes from './table.module.css';

/** A page of a list as the API answers it: `next` is null on the last one. */
export interface ListPage<Row> {
  items: Row[];
  next: string | null;
}

export interface VirtualTableProps<Row> {
  /** What the rows are, for people who hear the page. */
  label: string;
  columns: readonly Column<Row>[];
  query: UseInfiniteQueryResult<InfiniteData<ListPage<Row>>>;
  rowId: (row: Row) => string;
  /** Names a row in the label of its checkbox. */
  rowName: (row: Row) => string;
  /** Without it rows have no checkbox. */
  selection?: SelectionState;
  /** Enter on a row. */
  onOpen?: (row: Row) => void;
  /** Other keys on a row, such as `a` for assign. */
  onKey?: (key: string, row: Row) => void;
  /** Shown in place of rows when there are none. */
  empty: ReactNode;
  rowHeightPx?: number;
}

const skeletonRows = 10;

/**
 * A list of any length: only the rows on screen exist, the next page is asked for before its rows are reached.
 * Arrows, Home and End move, Space or x selects, Enter opens. Old rows stay, greyed, when asking again fails.
 */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, query, rowId, rowName, selection, rowHeightPx = 60 } = props;
  const t = useTexts(texts);
  const columns = useColumns(props.columns);
  const rows = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data]);
  const [active, setActive] = useState(0);
  const { from, to: until, scroller, scrollerRef } = useRowsOnScreen(rows.length, rowHeightPx);
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError && until >= rows.length - 30)
      void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, until, rows.length]);

  const focusRow = (index: number) => {
    const to = Math.max(0, Math.min(rows.length - 1, index));
    setActive(to);
    if (scroller.current !== null) scrollToRow(scroller.current, to, rowHeightPx);
    // The row may exist only after the scroll.
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${to}"]`)?.focus(),
    );
  };
  const onKeyDown = (event: KeyboardEvent, index: number, row: Row) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const moves: Record<string, number> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      Home: 0,
      End: rows.length - 1,
      PageDown: index + 10,
      PageUp: index - 10,
    };
    const to = moves[event.key];
    if (to !== undefined) focusRow(to);
    else if (event.key === ' ' || event.key === 'x') selection?.toggle(rowId(row));
    else if (event.key === 'Enter') props.onOpen?.(row);
    else if (event.key === 'Escape') selection?.clear();
    else if (event.key.length === 1) return props.onKey?.(event.key, row);
    else return;
    event.preventDefault();
  };

  const tracks = [...(selection === undefined ? [] : ['44px']), ...columns.map(({ width }) => width)].join(
    ' ',
  );
  const style = { '--tracks': tracks, '--row-height': `${rowHeightPx}px` } as CSSProperties;
  const allShown =
    selection !== undefined &&
    rows.length > 0 &&
    rows.every((row) => isSelected(selection.selection, rowId(row)));
  const someShown =
    selection !== undefined && !allShown && rows.some((row) => isSelected(selection.selection, rowId(row)));

  if (query.isError && query.data === undefined)
    return <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />;
  if (query.isSuccess && rows.length === 0) return <div className={classes['frame']}>{props.empty}</div>;
  return (
    <>
      {query.isError && <StaleStrip query={query} />}
      <div
        ref={scrollerRef}
        role="grid"
        aria-label={label}
        aria-rowcount={hasNextPage ? -1 : rows.length + 1}
        aria-multiselectable={selection === undefined ? undefined : true}
        aria-busy={query.isPending}
        className={classes['frame']}
        data-stale={query.isError || undefined}
        style={style}
      >
        <div role="row" aria-rowindex={1} className={classes['head']}>
          {selection !== undefined && (
            <div role="columnheader" className={classes['check']}>
              <Checkbox
                aria-label={t('selectAll')}
                checked={allShown}
                indeterminate={someShown}
                onChange={() =>
                  allShown
                    ? selection.clear()
                    : selection.choose({ kind: 'ids', ids: new Set(rows.map(rowId)) })
                }
              />
            </div>
          )}
          {columns.map(({ key, header, quiet }) => (
            <div key={key} role="columnheader" className={classes['cell']}>
              {quiet === true ? <VisuallyHidden>{header}</VisuallyHidden> : header}
            </div>
          ))}
        </div>
        {query.isPending ? (
          Array.from({ length: skeletonRows }, (_, row) => (
            <div key={row} role="row" className={classes['bones']}>
              <div role="gridcell" className={classes['cell']}>
                <Skeleton height={16} width={`${80 - ((row * 13) % 30)}%`} />
              </div>
            </div>
          ))
        ) : (
          <div role="rowgroup" className={classes['body']} style={{ height: rows.length * rowHeightPx }}>
            {rows.slice(from, until).map((row, offset) => {
              const index = from + offset;
              const id = rowId(row);
              const selected = selection !== undefined && isSelected(selection.selection, id);
              return (
                <div
                  key={id}
                  role="row"
                  data-index={index}
                  aria-rowindex={index + 2}
                  aria-selected={selection === undefined ? undefined : selected}
                  tabIndex={index === Math.min(active, rows.length - 1) ? 0 : -1}
                  className={classes['row']}
                  style={{ transform: `translateY(${index * rowHeightPx}px)` }}
                  onFocus={() => setActive(index)}
                  onKeyDown={(event) => onKeyDown(event, index, row)}
                >
                  {selection !== undefined && (
                    <div role="gridcell" className={classes['check']}>
                      <Checkbox
                        aria-label={t('selectRow', { name: rowName(row) })}
                        checked={selected}
                        onChange={() => selection.toggle(id)}
                      />
                    </div>
                  )}
                  {columns.map(({ key, cell }) => (
                    <div key={key} role="gridcell" className={classes['cell']}>
                      {cell(row)}
                    </div>
                  ))}
                </div>
              );
            })}
          </div>
        )}
        {isFetchingNextPage && (
          <div className={classes['more']} role="status">
            {t('loadingMore')}
          </div>
        )}
      </div>
      {isFetchNextPageError && <ErrorNotice error={query.error} onRetry={() => void fetchNextPage()} />}
    </>
  );
}
