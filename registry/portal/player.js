// @ts-check
import { call } from './api.js';
import { byId, setText } from './dom.js';
import { placeOf, readPieces, timeAt } from './playlist.js';
import { createStrip } from './strip.js';

/** Served beside this module; not known to the type checker. */
const hlsModule = './hls.mjs';

/** @param {string} day `2026-11-22`, in the browser's time zone */
const dayRange = (day) => {
  const start = new Date(`${day}T00:00:00`);
  const end = new Date(start);
  end.setDate(end.getDate() + 1);
  return { startMs: start.getTime(), endMs: end.getTime() };
};

const dayOf = (/** @type {number} */ ms) => {
  const date = new Date(ms);
  const two = (/** @type {number} */ number) => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
};

/** Plays the recordings of one camera, a day at a time. */
export function createPlayer() {
  const section = byId('player');
  const video = byId('video');
  const day = byId('day');
  const note = byId('player-note');
  /** @type {any} */
  let camera = null;
  /** @type {any} */
  let hls = null;
  /** @type {import('./playlist.js').Piece[]} */
  let pieces = [];
  const strip = createStrip((timeMs) => void seek(timeMs));
  const rangeOf = () => dayRange(day.value);
  const iso = (/** @type {number} */ ms) => new Date(ms).toISOString();

  const say = (/** @type {string} */ text) => setText(note, text);
  const sayWhy = (/** @type {unknown} */ error) =>
    say(error instanceof Error && error.message !== '' ? error.message : 'The registry cannot be reached.');

  const unload = () => {
    hls?.destroy();
    hls = null;
    pieces = [];
    video.removeAttribute('src');
    video.load();
  };

  /** Draws the day; what has arrived since the last look appears. */
  const refresh = async () => {
    if (camera === null) return;
    const { startMs, endMs } = rangeOf();
    const asked = camera.id;
    const timeline = await call('GET', `/cameras/${asked}/recordings?from=${iso(startMs)}&to=${iso(endMs)}`);
    if (camera?.id === asked && rangeOf().startMs === startMs) strip.show(startMs, timeline);
    return timeline;
  };

  /** @param {number} fromMs plays from here on */
  const load = async (fromMs) => {
    const { startMs, endMs } = rangeOf();
    const { url } = await call('POST', `/cameras/${camera.id}/playback`, {
      from: iso(startMs),
      to: iso(endMs),
    });
    // The path alone: the page may be open under another name than the registry's own.
    const path = new URL(url).pathname;
    const playlist = await (await fetch(path)).text();
    unload();
    pieces = readPieces(playlist);
    const { default: Hls } = await import(hlsModule);
    const placeS = placeOf(pieces, fromMs) ?? Math.max(0, (pieces.at(-1)?.atS ?? 0) - 1);
    if (Hls.isSupported()) {
      hls = new Hls({ startPosition: placeS, enableWorker: false });
      hls.on(Hls.Events.ERROR, (/** @type {string} */ _event, /** @type {any} */ fault) => {
        if (fault.fatal) say(explain(fault));
      });
      hls.loadSource(path);
      hls.attachMedia(video);
    } else {
      video.src = path;
      video.currentTime = placeS;
    }
    await video.play().catch(() => {});
  };

  const explain = (/** @type {any} */ fault) =>
    /codec/i.test(fault.details)
      ? 'This camera sends H.265, and this browser cannot play it. Open the page in another browser, or record the sub stream.'
      : 'The recording cannot be loaded. Press Play at the camera again.';

  /** @param {number} timeMs */
  const seek = async (timeMs) => {
    if (camera === null) return;
    strip.point(timeMs);
    const placeS = placeOf(pieces, timeMs);
    try {
      // Past what was loaded, newer footage may have arrived.
      if (placeS === null) await load(timeMs);
      else video.currentTime = placeS;
    } catch (error) {
      sayWhy(error);
    }
  };

  const openDay = async () => {
    unload();
    say('Loading…');
    try {
      const timeline = await refresh();
      const last = timeline.recordings.at(-1);
      if (last === undefined) return say('Nothing is recorded on this day.');
      say('');
      const fromMs = Math.max(Date.parse(last.from), Date.parse(last.to) - 60_000);
      strip.point(fromMs);
      await load(fromMs);
    } catch (error) {
      sayWhy(error);
    }
  };

  video.addEventListener('timeupdate', () => {
    const atMs = timeAt(pieces, video.currentTime);
    if (atMs === null) return;
    strip.point(atMs);
    say(new Date(atMs).toLocaleString());
  });
  video.addEventListener('ended', () =>
    say('This is the end of what has arrived. Press Play at the camera for newer footage.'),
  );
  day.onchange = () => day.value !== '' && void openDay();

  return {
    refresh: () => refresh(),
    get cameraId() {
      return camera?.id ?? null;
    },
    /** @param {any} chosen */
    async open(chosen) {
      camera = chosen;
      setText(byId('player-title'), chosen.name);
      section.hidden = false;
      day.value = dayOf(Date.now());
      day.max = day.value;
      section.scrollIntoView({ block: 'nearest' });
      await openDay();
    },
    close() {
      camera = null;
      unload();
      section.hidden = true;
    },
  };
}
