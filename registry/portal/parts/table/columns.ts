import { useMatches } from '@mantine/core';
import type { ReactNode } from 'react';

export interface Column<Row> {
  key: string;
  header: string;
  /** A track of CSS grid: `minmax(12rem, 2fr)`; not one that depends on its content, rows would not align. */
  width: string;
  /** The header is heard, not seen. */
  quiet?: boolean;
  cell: (row: Row) => ReactNode;
  /** Shown from this width of the window on; always without it. What a phone lacks belongs into another cell. */
  from?: 'sm' | 'md' | 'lg' | 'xl';
}

const sizes = ['base', 'sm', 'md', 'lg', 'xl'] as const;

/** The columns for which there is room. */
export function useColumns<Row>(columns: readonly Column<Row>[]): Column<Row>[] {
  const size = useMatches<number>({ base: 0, sm: 1, md: 2, lg: 3, xl: 4 });
  return columns.filter(({ from }) => from === undefined || sizes.indexOf(from) <= size);
}
