/** What a box answers on its network (agent/setup/network-check.ts). */
export interface NetworkLine {
  what: string;
  ok: boolean;
  detail: string;
  fix: string | null;
}

/** What a box says of itself while it is online (agent/setup/shapes.ts). */
export interface Site {
  isSearching: boolean;
  pageUrl: string | null;
  ffmpegProblem: string | null;
  /** Since its start. */
  startedAt: string | null;
  uploads: { stored: number; retried: number; refused: number } | null;
  scanNotes: readonly string[];
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
const textOr = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Boxes are of many versions: what one does not say is left out. */
export function siteOf(said: unknown): Site {
  const view = isRecord(said) ? said : {};
  const status = isRecord(view['status']) ? view['status'] : {};
  const { startedAtMs, uploads, scanNotes } = status;
  return {
    isSearching: view['isSearching'] === true,
    pageUrl: textOr(status['pageUrl']),
    ffmpegProblem: textOr(status['ffmpegProblem']),
    startedAt: typeof startedAtMs === 'number' ? new Date(startedAtMs).toISOString() : null,
    uploads: isRecord(uploads)
      ? {
          stored: numberOf(uploads['stored']),
          retried: numberOf(uploads['retried']),
          refused: numberOf(uploads['notPermitted']) + numberOf(uploads['rejected']),
        }
      : null,
    scanNotes: listOf(scanNotes).filter((note) => typeof note === 'string'),
  };
}

export const linesOf = (said: unknown): NetworkLine[] =>
  listOf(isRecord(said) ? said['lines'] : [])
    .filter(isRecord)
    .map(({ what, ok, detail, fix }) => ({
      what: textOr(what) ?? '',
      ok: ok === true,
      detail: textOr(detail) ?? '',
      fix: textOr(fix),
    }));
