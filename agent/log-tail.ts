/** Where log lines go: one call per line. */
export interface LogDestination {
  write(line: string): void;
}

/** The last lines that were logged, for `gantry logs` and reports; in memory, so that a small disk is spared. */
export interface LogTail extends LogDestination {
  /** Lines after number `sequence` (0: all that are kept), and the number of the last one. */
  after(sequence: number): { lines: string[]; next: number };
}

/** Passes every line on to `next`, and keeps the last `keep`. */
export function createLogTail(keep: number, next: LogDestination): LogTail {
  const kept: string[] = [];
  let written = 0;
  return {
    write(line) {
      next.write(line);
      kept.push(line.trimEnd());
      if (kept.length > keep) kept.shift();
      written += 1;
    },
    after(sequence) {
      const missed = Math.max(0, written - Math.max(0, sequence));
      return { lines: missed === 0 ? [] : kept.slice(-missed), next: written };
    },
  };
}
