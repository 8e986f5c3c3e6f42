import type { Closing } from './closing.js';
import type { Context } from './context.js';
import { createFeed, type Feed } from './events/feed.js';
import { forgetOldEvents } from './events/log.js';
import { startStopWatch } from './stopping/watch.js';
import { startSweep } from './sweep.js';

/** What happens is told to those who listen, and forgotten after a day. Close the feed before HTTP: streams last. */
export function startEvents(context: Context, closing: Closing): Feed {
  const forgetting = startSweep({
    what: 'forgetting old events',
    everyMs: 600_000,
    log: context.log,
    work: () => forgetOldEvents(context.db),
  });
  closing.add('forgetting old events', () => forgetting.close());
  const stops = startStopWatch(context);
  closing.add('watch over stops', () => stops.close());
  return createFeed(context);
}
