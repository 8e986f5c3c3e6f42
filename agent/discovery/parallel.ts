/** Runs `work` over `items` with at most `limit` in flight; starts nothing more once `signal` is aborted. */
export async function inParallel<Item>(
  items: Iterable<Item>,
  limit: number,
  signal: AbortSignal,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    for (let next = iterator.next(); !next.done && !signal.aborted; next = iterator.next())
      await work(next.value);
  };
  await Promise.all(Array.from({ length: limit }, lane));
}
