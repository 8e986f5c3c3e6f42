// @ts-check
import { byId, make, setAttribute, syncList } from './dom.js';

const svgNamespace = 'http://www.w3.org/2000/svg';
const daySeconds = 86_400;

/** @param {string} tag @param {Record<string, string>} fields */
function shape(tag, fields) {
  const element = document.createElementNS(svgNamespace, tag);
  for (const [name, value] of Object.entries(fields)) element.setAttribute(name, value);
  return element;
}

/**
 * The day as a strip: recordings, gaps with their cause, and where the video is. Works by pointer and by keys:
 * arrows 10 s (with Shift 1 min), Page 10 min, Home and End to the first and last recording.
 * @param {(timeMs: number) => void} seek
 */
export function createStrip(seek) {
  const strip = byId('strip');
  const spans = shape('g', {});
  const now = shape('rect', { class: 'now', y: '0', width: '240', height: '44', x: '-1000' });
  const drawing = shape('svg', {
    viewBox: `0 0 ${daySeconds} 44`,
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  });
  drawing.append(spans, now);
  const hours = ['00', '04', '08', '12', '16', '20', '24'].map((hour) => make('span', {}, hour));
  strip.append(drawing, make('div', { class: 'hours', 'aria-hidden': 'true' }, ...hours));

  let dayStartMs = 0;
  /** @type {{ from: number, to: number, kind: string }[]} */
  let shown = [];
  let timeMs = 0;
  const second = (/** @type {number} */ atMs) =>
    Math.min(daySeconds, Math.max(0, (atMs - dayStartMs) / 1_000));

  strip.onclick = (/** @type {MouseEvent} */ event) => {
    const box = drawing.getBoundingClientRect();
    const part = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    seek(dayStartMs + part * daySeconds * 1_000);
  };
  strip.onkeydown = (/** @type {KeyboardEvent} */ event) => {
    const step = event.shiftKey ? 60 : 10;
    const recorded = shown.filter((span) => span.kind === 'recorded');
    const target = {
      ArrowRight: timeMs + step * 1_000,
      ArrowUp: timeMs + step * 1_000,
      ArrowLeft: timeMs - step * 1_000,
      ArrowDown: timeMs - step * 1_000,
      PageUp: timeMs + 600_000,
      PageDown: timeMs - 600_000,
      Home: recorded[0]?.from,
      End: (recorded.at(-1)?.to ?? 0) - 2_000,
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    seek(target);
  };

  return {
    /** @param {number} startMs @param {any} timeline answer of GET /cameras/{id}/recordings */
    show(startMs, timeline) {
      dayStartMs = startMs;
      const nowMs = Date.now();
      /** @param {any} span @param {string} kind */
      const toSpan = (span, kind) => ({
        from: Date.parse(span.from),
        to: Math.min(Date.parse(span.to), nowMs),
        kind,
      });
      // Recordings last: drawn over the gaps beside them, the shortest one is still seen.
      shown = [
        ...timeline.gaps.map((/** @type {any} */ span) => toSpan(span, span.cause)),
        ...timeline.recordings.map((/** @type {any} */ span) => toSpan(span, 'recorded')),
      ].filter((span) => span.to > span.from);
      syncList(
        spans,
        shown,
        (span) => `${span.kind}${span.from}`,
        (span) => shape('rect', { class: span.kind, y: '4', height: '36' }),
        (rect, span) => {
          setAttribute(rect, 'x', String(second(span.from)));
          setAttribute(
            rect,
            'width',
            String(Math.max(span.kind === 'recorded' ? 150 : 0, second(span.to) - second(span.from))),
          );
        },
      );
    },
    /** @param {number} atMs */
    point(atMs) {
      timeMs = atMs;
      setAttribute(now, 'x', String(second(atMs) - 120));
      setAttribute(strip, 'aria-valuenow', String(Math.round(second(atMs))));
      setAttribute(strip, 'aria-valuetext', new Date(atMs).toLocaleTimeString());
    },
  };
}
