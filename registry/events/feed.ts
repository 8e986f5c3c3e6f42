import type { ActingPrincipal } from '../access/principal.js';
import type { Context } from '../context.js';
import { scopedRead } from '../db/row-security.js';
import { Failure } from '../errors.js';
import { scopeHolds, type Scope } from '../tenancy/scope.js';
import { readCameraStates } from './camera-states.js';
import { familyOf, type LoggedEvent } from './event.js';
import type { Hearing } from './hearing.js';
import { Listener, mostWaiting } from './listener.js';
import { readEnds, readEvents, readNews } from './log.js';
import { decodePosition, isBefore, isStart, start, type Position } from './position.js';
import { keyOf, readStandings, verdictOf } from './standing.js';
import { told, type ToldEvent } from './told.js';

/** Tabs share one stream per browser; so many browsers and programs may one sign-in or key have. */
const streamsEach = 20;
/** What happens within it is told at once (ux §8). */
const turnMs = 250;
/** Who is locked out hears `bye` within a second. */
const checkMs = 750;
const rowsPerLook = 5_000;
/** Rows looked through for somebody who comes back; beyond, looking at everything anew is cheaper. */
const mostReplayed = 20_000;

type Parts = Pick<Context, 'db' | 'changes' | 'clock' | 'log'>;

/** Where a stream begins: now, after a place in the log (`0.0`: with all that is kept), or `lost` when that place cannot be found. */
export type Beginning = Position | 'now' | 'lost';

export interface Feed {
  /**
   * Opens a stream of what the principal may hear. One that begins at a place that is lost or forgotten begins with
   * `reset`. Throws `rate_limited` for one stream too many.
   */
  open(
    principal: ActingPrincipal,
    hearing: Hearing,
    beginning: Beginning,
  ): Promise<ReadableStream<Uint8Array>>;
  /** Open streams, of everybody. */
  size(): number;
  /** Ends all streams; who listens comes back. */
  close(): Promise<void>;
}

interface Heard {
  event: LoggedEvent;
  told: ToldEvent;
}

/**
 * Follows the log for everybody who listens: one look per turn tells where something is new, and of those who see
 * that tenant all with one scope share one read behind the second wall. It rests while nobody listens. A hint
 * brings the next turn forward; the turn comes anyway.
 */
export function createFeed(ctx: Parts): Feed {
  const { db, clock, log } = ctx;
  const listeners = new Set<Listener>();
  /** How many streams each principal is opening at the moment. */
  const opening = new Map<string, number>();
  /** Everything up to `at` was told to all; null while nobody listens. */
  let course: { at: Position; stop: () => void } | null = null;
  let turning: Promise<void> | null = null;
  let turnedMs = 0;
  let checkedMs = 0;
  let closed = false;
  /** Begins to follow the log; answers how to stop. */
  function begin(): () => void {
    const timer = setInterval(turn, turnMs);
    const hints = (['camera', 'tenant', 'agent', 'operation', 'event'] as const).map((name) =>
      ctx.changes.listen(name, () => {
        if (name === 'tenant') checkedMs = 0;
        if (clock.nowMs() - turnedMs >= turnMs) turn();
      }),
    );
    return () => {
      clearInterval(timer);
      for (const unlisten of hints) unlisten();
    };
  }

  function turn(): void {
    if (turning !== null || course === null) return;
    turnedMs = clock.nowMs();
    turning = look()
      .catch((error: unknown) => {
        if (!closed) log.warn({ err: error }, 'could not follow the events; trying again');
      })
      .finally(() => {
        turning = null;
        for (const listener of listeners) listener.turn(clock.nowMs());
      });
  }

  async function look(): Promise<void> {
    if (clock.nowMs() - checkedMs >= checkMs) {
      checkedMs = clock.nowMs();
      await checkStandings();
    }
    while (await readOn());
  }

  /** Hands out the next part of the log; answers whether there is more. */
  async function readOn(): Promise<boolean> {
    if (course === null) return false;
    const from = course.at;
    const news = await readNews(db, from, rowsPerLook);
    const range = { after: from, upTo: news.reached, limit: rowsPerLook };
    const scopes = new Map([...listeners].map(({ hearing: { scope } }) => [keyOfScope(scope), scope]));
    for (const [key, scope] of scopes) {
      if (!news.paths.some((path) => scopeHolds(scope, path))) continue;
      const heard = await readFor(scope, range);
      for (const listener of listeners) {
        if (keyOfScope(listener.hearing.scope) === key) hearAll(listener, heard);
      }
    }
    if (course !== null) course.at = news.reached;
    for (const listener of listeners) listener.reached = news.reached;
    return news.more;
  }

  /** What the scope holds of a range of the log, with the cameras as they are now. */
  const readFor = (scope: Scope, range: Parameters<typeof readEvents>[2]): Promise<Heard[]> =>
    scopedRead(db, scope, async (q) => {
      const events = await readEvents(q, scope, range);
      const ofCameras = events.filter(({ type }) => familyOf(type) === 'camera');
      const ids = [...new Set(ofCameras.map(({ subject }) => subject))];
      const states = await readCameraStates(q, scope, ids, new Date(clock.nowMs()));
      return events.map((event) => ({ event, told: told(event, states) }));
    });

  async function checkStandings(): Promise<void> {
    const principals = new Map([...listeners].map(({ principal }) => [keyOf(principal), principal]));
    const standings = await readStandings(ctx, [...principals.values()]);
    for (const listener of listeners) {
      const verdict = verdictOf(listener.standing, standings.get(keyOf(listener.principal)) ?? null);
      if (verdict !== 'stays') listener.end(verdict);
    }
  }

  /** Lets a listener join where everybody stands, once it was told what it missed. */
  async function join(listener: Listener, beginning: Beginning): Promise<void> {
    const { oldest, newest } = await readEnds(db);
    course ??= { at: newest, stop: begin() };
    const known =
      typeof beginning === 'object' &&
      (isStart(beginning) || !isBefore(beginning, oldest)) &&
      !isBefore(newest, beginning);
    if (!known && beginning !== 'now') listener.waiting.lose();
    let from = known ? beginning : course.at;
    let rows = 0;
    for (;;) {
      // During a turn `at` stands still while events after it are handed out: join before or after, never within.
      await turning;
      if (turning !== null || course === null) continue;
      const { at } = course;
      if (listener.waiting.lost || !isBefore(from, at)) {
        listener.reached = at;
        listeners.add(listener);
        return;
      }
      const { scope } = listener.hearing;
      const heard = await readFor(scope, { after: from, upTo: at, limit: mostWaiting });
      hearAll(listener, heard);
      rows += heard.length;
      if (rows > mostReplayed) listener.waiting.lose();
      from = heard.length < mostWaiting ? at : (decodePosition(heard.at(-1)?.event.id ?? '') ?? start);
    }
  }

  function restWhenAlone(): void {
    if (listeners.size > 0 || opening.size > 0 || course === null) return;
    course.stop();
    course = null;
  }

  return {
    open: async (principal, hearing, beginning) => {
      const key = keyOf(principal);
      const mine = [...listeners].filter((listener) => keyOf(listener.principal) === key).length;
      const soon = opening.get(key) ?? 0;
      if (mine + soon >= streamsEach) {
        throw new Failure(
          'rate_limited',
          `You have ${streamsEach} event streams open already. Close some, or share one.`,
        );
      }
      opening.set(key, soon + 1);
      try {
        const standing = (await readStandings(ctx, [principal])).get(key);
        if (standing === undefined) {
          throw new Failure('unauthenticated', 'Your session has ended. Sign in again.');
        }
        const onEnd = (listener: Listener): void => {
          listeners.delete(listener);
          restWhenAlone();
        };
        const listener = new Listener({ principal, hearing, standing, nowMs: clock.nowMs(), onEnd });
        await join(listener, beginning);
        if (closed) listener.end('closing');
        else listener.turn(clock.nowMs());
        return listener.body;
      } finally {
        const left = (opening.get(key) ?? 1) - 1;
        if (left > 0) opening.set(key, left);
        else opening.delete(key);
        restWhenAlone();
      }
    },
    size: () => listeners.size,
    close: async () => {
      closed = true;
      for (const listener of listeners) listener.end('closing');
      await turning;
    },
  };
}

const keyOfScope = ({ paths }: Scope): string => paths.toSorted().join(',');

function hearAll(listener: Listener, heard: readonly Heard[]): void {
  for (const { event, told: one } of heard) if (listener.hearing.hears(event)) listener.waiting.add(one);
}
