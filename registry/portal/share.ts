import { playLive, type LivePlayerState } from './player/live.js';

/**
 * The script of a shared live view's page (`registry/http/pages/share.tsx`). A `<video>` plays the stream by itself in
 * some browsers only: Safari asks for ranges of a video that has no end.
 */
const [video, picture, told] = ['video', 'img', '[role=status]'].map((selector) =>
  document.querySelector<HTMLElement>(`.live ${selector}`),
);

interface Words {
  connecting: string;
  smaller(codec: string): string;
  pictures(codec: string): string;
  stopped: string;
  /** Null: as the registry says it. */
  refused: string | null;
}
const en: Words = {
  connecting: 'Connecting …',
  smaller: (codec) =>
    `This camera sends ${codec}, which this browser does not play: you see its smaller stream.`,
  pictures: (codec) =>
    `This camera sends ${codec}, which this browser does not play: you see a still picture every two seconds.`,
  stopped: 'The video stopped. Trying again …',
  refused: null,
};
const de: Words = {
  connecting: 'Verbindet …',
  smaller: (codec) =>
    `Diese Kamera sendet ${codec}, das dieser Browser nicht abspielt: Sie sehen ihren kleineren Strom.`,
  pictures: (codec) =>
    `Diese Kamera sendet ${codec}, das dieser Browser nicht abspielt: Sie sehen alle zwei Sekunden ein Bild.`,
  stopped: 'Im Moment kommt kein Video. Es wird weiter versucht …',
  refused: 'Dieses Video ist nicht zu sehen.',
};
/** In the language of the page, which the registry chose. */
const words = document.documentElement.lang === 'de' ? de : en;

/** What stands below the video; nothing while all is well. */
function textOf(state: LivePlayerState): string {
  switch (state.kind) {
    case 'connecting':
      return words.connecting;
    case 'playing':
      return state.unplayed === null ? '' : words.smaller(state.unplayed);
    case 'pictures':
      return words.pictures(state.unplayed);
    case 'waiting':
      return (words.refused === null ? state.problem?.detail : undefined) ?? words.stopped;
    case 'refused':
      return words.refused ?? state.problem.detail;
    default:
      return state satisfies never;
  }
}

if (video instanceof HTMLVideoElement && picture instanceof HTMLImageElement) {
  playLive({
    video,
    picture,
    cameraUrl: location.pathname.replace(/\/$/, ''),
    stream: 'sub',
    onState(state) {
      if (told) told.textContent = textOf(state);
    },
  });
}
