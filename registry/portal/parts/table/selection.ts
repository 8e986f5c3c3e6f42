import { useMemo, useState } from 'react';

/** What is chosen in a list: rows one by one, or everything the filter fits but some. */
export type Selection =
  { kind: 'ids'; ids: ReadonlySet<string> } | { kind: 'all'; except: ReadonlySet<string> };

export const nothing: Selection = { kind: 'ids', ids: new Set() };

export const isSelected = (selection: Selection, id: string): boolean =>
  selection.kind === 'ids' ? selection.ids.has(id) : !selection.except.has(id);

/** The selection with one row turned over. */
export function toggled(selection: Selection, id: string): Selection {
  const turn = (ids: ReadonlySet<string>): Set<string> => {
    const next = new Set(ids);
    if (!next.delete(id)) next.add(id);
    return next;
  };
  return selection.kind === 'ids'
    ? { kind: 'ids', ids: turn(selection.ids) }
    : { kind: 'all', except: turn(selection.except) };
}

/** How many are chosen, of `total` that the filter fits; null when that is not known. */
export function selectedCount(selection: Selection, total: number | null): number | null {
  if (selection.kind === 'ids') return selection.ids.size;
  return total === null ? null : Math.max(0, total - selection.except.size);
}

export interface SelectionState {
  selection: Selection;
  toggle: (id: string) => void;
  choose: (selection: Selection) => void;
  clear: () => void;
}

/** A selection that ends when `listKey` changes: it was made among other rows. */
export function useSelection(listKey: string): SelectionState {
  const [{ key, selection }, set] = useState({ key: listKey, selection: nothing });
  const current = key === listKey ? selection : nothing;
  return useMemo(() => {
    const choose = (next: Selection) => set({ key: listKey, selection: next });
    return {
      selection: current,
      choose,
      toggle: (id) => choose(toggled(current, id)),
      clear: () => choose(nothing),
    };
  }, [current, listKey]);
}
