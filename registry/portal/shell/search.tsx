import { useHotkeys } from '@mantine/hooks';
import { lazy, Suspense, useState, type ReactNode } from 'react';

const load = () => import('./spotlight.js');
const GlobalSearch = lazy(async () => ({ default: (await load()).GlobalSearch }));

/** Ctrl-K anywhere, or what `children` make of `open`. Few need it at once: it is loaded when it is opened. */
export function Search({ children }: { children: (open: () => void) => ReactNode }) {
  const [asked, setAsked] = useState(false);
  const open = () => {
    setAsked(true);
    void load().then(({ openSearch }) => openSearch());
  };
  useHotkeys([['mod+K', open]], []);
  return (
    <>
      {children(open)}
      {asked && (
        <Suspense>
          <GlobalSearch />
        </Suspense>
      )}
    </>
  );
}
