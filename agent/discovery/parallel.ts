import { setImmediate as nextTurn } from 'node:timers/promises';

/** Lanes that start in one turn of the event loop: in the next, what the network answered meanwhile is read. */
const lanesPerTurn = 16;

/** Runs `work` over `items` with at most `limit` in flight; starts nothing more once `signal` is aborted. */
export async function inParallel<Item>(
  items: Iterable<Item>,
  limit: number,
  signal: AbortSignal,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  const progress = { isExhausted: false };
  const lane = async (): Promise<void> => {
    while (!signal.aborted) {
      const next = iterator.next();
      progress.isExhausted = next.done === true;
      if (next.done) return;
      await work(next.value);
    }
  };
  const lanes: Promise<void>[] = [];
  while (lanes.length < limit && !progress.isExhausted && !signal.aborted) {
    await nextTurn();
    for (let i = 0; i < lanesPerTurn && lanes.length < limit && !progress.isExhausted; i += 1)
      lanes.push(lane());
  }
  await Promise.all(lanes);
}
