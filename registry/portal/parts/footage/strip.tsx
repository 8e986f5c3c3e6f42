import { ActionIcon } from '@mantine/core';
import { IconArrowsHorizontal, IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useId, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useFormats } from '../../i18n/formats.js';
import { useLanguage } from '../../i18n/language.js';
import { useTexts } from '../../i18n/texts.js';
import type { TimeRange } from '../../player/recorded.js';
import { following, marksOf, moved, zoomed } from '../../player/view.js';
import classes from './footage.module.css';
import { useGapWords } from './gap-words.js';
import { texts } from './texts.js';
import { spanAt, type Span, type SpanKind } from './timeline.js';

const height = 48;
/** Recorded stands tall, what lacks lies low: told apart without colour. */
const shapes: Readonly<Record<SpanKind, { y: number; height: number }>> = {
  recorded: { y: 6, height: 36 },
  pending: { y: 18, height: 24 },
  missing: { y: 30, height: 12 },
  off: { y: 38, height: 4 },
};
/** Drawn in this order: the shortest recording is still seen. */
const order: readonly SpanKind[] = ['off', 'missing', 'pending', 'recorded'];
const pixelsPerMark = 80;
const zoomStep = 0.5;

export interface StripProps {
  /** Whose time it shows, for people who hear the page. */
  label: string;
  whole: TimeRange;
  spans: readonly Span[];
  /** Of the picture that is shown; null before there is one. */
  timeMs: number | null;
  /** A range that is marked, such as a clip. */
  marked?: TimeRange | null;
  onSeek: (timeMs: number) => void;
}

/**
 * Time as a strip: what is recorded, what lacks and why, and where the picture is. Click or drag to go there, wheel or
 * + and − to see more of less; arrows go 10 s, with Shift a minute, Page keys ten minutes, Home and End to the first
 * and last recording.
 */
export function Strip({ label, whole, spans, timeMs, marked = null, onSeek }: StripProps) {
  const t = useTexts(texts);
  const { clock } = useFormats();
  const why = useGapWords();
  const { ref: box, width } = useElementSize<HTMLDivElement>();
  const surface = useRef<HTMLDivElement>(null);
  const hatch = useId();
  const [view, setView] = useState(whole);
  const [pointedMs, setPointedMs] = useState<number | null>(null);
  useEffect(() => setView(whole), [whole]);
  useEffect(() => {
    if (timeMs !== null) setView((now) => following(now, whole, timeMs));
  }, [timeMs, whole]);

  const viewMs = view.endMs - view.startMs;
  const x = (atMs: number) => ((atMs - view.startMs) / viewMs) * Math.max(1, width);
  const timeUnder = (clientX: number): number => {
    const { left, width: wide } = (surface.current as HTMLDivElement).getBoundingClientRect();
    return view.startMs + Math.min(1, Math.max(0, (clientX - left) / wide)) * viewMs;
  };
  const zoom = (factor: number, aroundMs = timeMs ?? (view.startMs + view.endMs) / 2) =>
    setView((now) => zoomed(now, whole, aroundMs, factor));

  // React listens to wheels passively: the page would scroll along.
  useEffect(() => {
    const element = surface.current;
    if (element === null) return undefined;
    const turned = (event: WheelEvent) => {
      event.preventDefault();
      const { left, width: wide } = element.getBoundingClientRect();
      setView((now) => {
        const nowMs = now.endMs - now.startMs;
        if (Math.abs(event.deltaX) > Math.abs(event.deltaY))
          return moved(now, whole, (event.deltaX / wide) * nowMs);
        const aroundMs = now.startMs + ((event.clientX - left) / wide) * nowMs;
        return zoomed(now, whole, aroundMs, event.deltaY > 0 ? 1.25 : 0.8);
      });
    };
    element.addEventListener('wheel', turned, { passive: false });
    return () => element.removeEventListener('wheel', turned);
  }, [whole]);

  const onPointer = (event: PointerEvent) => {
    const atMs = timeUnder(event.clientX);
    setPointedMs(atMs);
    if (event.type === 'pointerdown') event.currentTarget.setPointerCapture(event.pointerId);
    if (event.type === 'pointerup') onSeek(atMs);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const recorded = spans.filter(({ kind }) => kind === 'recorded');
    const nowMs = timeMs ?? view.startMs;
    const stepMs = event.shiftKey ? 60_000 : 10_000;
    const targets: Readonly<Record<string, number | undefined>> = {
      ArrowRight: nowMs + stepMs,
      ArrowLeft: nowMs - stepMs,
      PageUp: nowMs + 600_000,
      PageDown: nowMs - 600_000,
      Home: recorded[0]?.startMs,
      End: recorded.length === 0 ? undefined : (recorded.at(-1) as Span).endMs - 2_000,
    };
    const target = targets[event.key];
    if (target !== undefined) onSeek(Math.min(whole.endMs, Math.max(whole.startMs, target)));
    else if (event.key === '+') zoom(zoomStep);
    else if (event.key === '-') zoom(1 / zoomStep);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const readMs = pointedMs ?? timeMs;
  const under = readMs === null ? null : spanAt(spans, readMs);
  const said = (span: Span | null, atMs: number): string =>
    span === null
      ? t(atMs > Date.now() ? 'toCome' : 'nothingKnown')
      : span.why === null
        ? t('recorded')
        : why(span.why);
  const shown = spans.filter(({ startMs, endMs }) => endMs > view.startMs && startMs < view.endMs);
  return (
    <div className={classes['stripBox']}>
      <div
        ref={surface}
        className={classes['strip']}
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={Math.round(whole.startMs / 1_000)}
        aria-valuemax={Math.round(whole.endMs / 1_000)}
        aria-valuenow={Math.round((timeMs ?? whole.startMs) / 1_000)}
        aria-valuetext={
          timeMs === null ? t('noTime') : `${clock(timeMs)}, ${said(spanAt(spans, timeMs), timeMs)}`
        }
        onKeyDown={onKeyDown}
        onPointerDown={onPointer}
        onPointerMove={onPointer}
        onPointerUp={onPointer}
        onPointerLeave={() => setPointedMs(null)}
      >
        <div ref={box}>
          <svg width="100%" height={height} aria-hidden className={classes['drawing']}>
            <defs>
              <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse">
                <path d="M0 6 L6 0" className={classes['hatch']} />
              </pattern>
            </defs>
            {order.flatMap((kind) =>
              shown
                .filter((span) => span.kind === kind)
                .map(({ startMs, endMs }) => (
                  <rect
                    key={`${kind}${startMs}`}
                    className={classes[kind]}
                    fill={kind === 'pending' ? `url(#${hatch})` : undefined}
                    x={Math.max(-4, x(startMs))}
                    width={Math.max(
                      kind === 'recorded' ? 2 : 0.5,
                      Math.min(width + 4, x(endMs)) - Math.max(-4, x(startMs)),
                    )}
                    {...shapes[kind]}
                  />
                )),
            )}
            {marked !== null && (
              <rect
                className={classes['marked']}
                x={x(marked.startMs)}
                width={Math.max(2, x(marked.endMs) - x(marked.startMs))}
                y={1}
                height={height - 2}
              />
            )}
            {pointedMs !== null && (
              <rect className={classes['pointed']} x={x(pointedMs)} width={1} y={0} height={height} />
            )}
            {timeMs !== null && (
              <rect className={classes['now']} x={x(timeMs) - 1} width={2} y={0} height={height} />
            )}
          </svg>
        </div>
        <Marks view={view} width={width} />
      </div>
      <div className={classes['stripFoot']}>
        <span className={classes['readout']}>
          {readMs !== null && (
            <>
              <time dateTime={new Date(readMs).toISOString()}>{clock(readMs)}</time>
              <span>{said(under, readMs)}</span>
            </>
          )}
        </span>
        <ActionIcon variant="default" size={32} aria-label={t('zoomOut')} onClick={() => zoom(1 / zoomStep)}>
          <IconZoomOut size={18} aria-hidden />
        </ActionIcon>
        <ActionIcon variant="default" size={32} aria-label={t('zoomIn')} onClick={() => zoom(zoomStep)}>
          <IconZoomIn size={18} aria-hidden />
        </ActionIcon>
        <ActionIcon variant="default" size={32} aria-label={t('wholeDay')} onClick={() => setView(whole)}>
          <IconArrowsHorizontal size={18} aria-hidden />
        </ActionIcon>
      </div>
    </div>
  );
}

function Marks({ view, width }: { view: TimeRange; width: number }) {
  const { locale } = useLanguage();
  const format = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
  const length = view.endMs - view.startMs;
  return (
    <div className={classes['marks']} aria-hidden>
      {marksOf(view, Math.max(2, Math.floor(width / pixelsPerMark)))
        // One that is cut by the edge is not read.
        .filter((at) => at - view.startMs > length * 0.02 && view.endMs - at > length * 0.02)
        .map((at) => (
          <span key={at} style={{ insetInlineStart: `${((at - view.startMs) / length) * 100}%` }}>
            {format.format(at)}
          </span>
        ))}
    </div>
  );
}
