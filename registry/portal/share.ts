import { playLive, type LivePlayerState } from './player/live.js';

/**
 * The script of a shared live view's page (`registry/http/share-live.ts`). A `<video>` plays the stream by itself in
 * some browsers only: Safari asks for ranges of a video that has no end.
 */
const [video, picture, told] = ['video', 'img', '[role=status]'].map((selector) =>
  document.querySelector<HTMLElement>(`.live ${selector}`),
);

const unplayed = (codec: string): string =>
  `This camera sends ${codec}, which this browser does not play: you see`;

/** What stands below the video; nothing while all is well. */
function textOf(state: LivePlayerState): string {
  switch (state.kind) {
    case 'connecting':
      return 'Connecting …';
    case 'playing':
      return state.unplayed === null ? '' : `${unplayed(state.unplayed)} its smaller stream.`;
    case 'pictures':
      return `${unplayed(state.unplayed)} a still picture every two seconds.`;
    case 'waiting':
      return state.problem?.detail ?? 'The video stopped. Trying again …';
    case 'refused':
      return state.problem.detail;
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
