import { createContext, useContext, useEffect, useMemo, type ReactNode } from 'react';

const Memory = createContext<() => void>(() => {});

/**
 * Knows what had the focus last outside of dialogs and menus. Mantine gives the focus back only from a dialog that
 * stays on the page when it closes, and ours come and go whole: a keyboard would begin anew at the top.
 */
export function FocusMemory({ children }: { children: ReactNode }) {
  const memory = useMemo(() => ({ last: null as HTMLElement | null }), []);
  useEffect(() => {
    const remember = ({ target }: FocusEvent) => {
      if (target instanceof HTMLElement && target.closest('[data-portal]') === null) memory.last = target;
    };
    document.addEventListener('focusin', remember);
    return () => document.removeEventListener('focusin', remember);
  }, [memory]);
  const giveBack = useMemo(
    () => () => {
      // Where it went elsewhere, as into the next dialog, it stays.
      if (document.activeElement !== document.body) return;
      const { last } = memory;
      (last?.isConnected === true ? last : document.getElementById('content'))?.focus();
    },
    [memory],
  );
  return <Memory value={giveBack}>{children}</Memory>;
}

/** Gives the focus back when a dialog or drawer closes. */
export function useFocusBack(opened: boolean): void {
  const giveBack = useContext(Memory);
  useEffect(() => {
    if (!opened) return undefined;
    return () => {
      setTimeout(giveBack);
    };
  }, [opened, giveBack]);
}
