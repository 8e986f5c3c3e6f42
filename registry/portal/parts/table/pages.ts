/** Rows the API is asked for at once. */
const pageRows = 100;

/** What the API is asked for from a cursor on; null at the beginning. */
export const pageAt = (cursor: string | null): { limit: number; cursor?: string } => ({
  limit: pageRows,
  ...(cursor === null ? {} : { cursor }),
});

/** How an infinite query follows the cursors of a list. */
export const followingCursors = {
  initialPageParam: null as string | null,
  getNextPageParam: ({ next }: { next: string | null }): string | null => next,
};
