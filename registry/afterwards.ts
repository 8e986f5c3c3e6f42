/** Work that goes on when its answer is already sent, so that neither answer nor time tells what it finds. */
export interface Afterwards {
  /** Takes work that does not reject. */
  run(work: Promise<void>): void;
  /** Resolves when nothing is left: the registry ends then, not before. */
  settle(): Promise<void>;
}

export function createAfterwards(): Afterwards {
  const open = new Set<Promise<void>>();
  return {
    run: (work) => {
      open.add(work);
      void work.finally(() => open.delete(work));
    },
    settle: async () => {
      while (open.size > 0) await Promise.allSettled(open);
    },
  };
}
