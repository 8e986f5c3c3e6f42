import { useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { goToSignIn } from '../api/client.js';
import { openFeed, type LiveEvent, type LiveFeed, type LiveState } from './feed.js';
import { keepFresh } from './freshness.js';

const FeedContext = createContext<LiveFeed | null>(null);
const silent: LiveState = { state: 'connecting', heardAtMs: null };
const nobody = () => () => {};

/** Opens the stream once people are signed in, and keeps what is on screen fresh by it. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [feed, setFeed] = useState<LiveFeed | null>(null);
  useEffect(() => {
    const opened = openFeed(goToSignIn);
    const stop = opened.onEvents(keepFresh(client));
    setFeed(opened);
    return () => {
      stop();
      opened.close();
    };
  }, [client]);
  return <FeedContext value={feed}>{children}</FeedContext>;
}

export function useLiveState(): LiveState {
  const feed = useContext(FeedContext);
  return useSyncExternalStore(feed?.onState ?? nobody, () => feed?.state() ?? silent);
}

/** Calls back with events as they come, in batches. Keep `listener` stable (useCallback). */
export function useLiveEvents(listener: (events: readonly LiveEvent[]) => void): void {
  const feed = useContext(FeedContext);
  useEffect(() => feed?.onEvents((events) => events !== null && listener(events)), [feed, listener]);
}

/** For `refetchInterval` of what must not stand still: rarely while events arrive, often without. */
export function useAskingAgainMs(): number {
  return useLiveState().state === 'live' ? 60_000 : 5_000;
}
