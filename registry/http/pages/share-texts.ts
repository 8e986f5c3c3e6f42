import type { LinkEnd } from '../../sharing/watch.js';

/** What a shared video's page says. */
const en = {
  ends: {
    unknown: { title: 'There is no such link', text: 'Check that the address is complete.' },
    expired: { title: 'This link has expired', text: 'Ask whoever sent it for a new one.' },
    off: { title: 'This link was switched off', text: 'Ask whoever sent it for a new one.' },
    not_ready: { title: 'The video is being made', text: 'Open this page again in a minute.' },
  } satisfies Record<LinkEnd, { title: string; text: string }>,
  withPassword: 'This video is shared with a password',
  wrongPassword: 'This password is not right.',
  show: 'Show the video',
  liveOf: (camera: string) => `${camera}, live`,
  clipOf: (name: string, camera: string) => `${name}, recorded by ${camera}`,
  cannotShow: 'This browser cannot show the video.',
  to: 'to',
  leftOut: (gaps: number) => `Not recorded, and left out: ${gaps} ${gaps === 1 ? 'gap' : 'gaps'}.`,
  download: 'Download',
  sharedBy: (customer: string) => `Shared by ${customer}.`,
  endsAt: 'This link ends on',
};

const de: typeof en = {
  ends: {
    unknown: { title: 'Diesen Link gibt es nicht', text: 'Prüfen Sie, ob die Adresse vollständig ist.' },
    expired: { title: 'Dieser Link ist abgelaufen', text: 'Bitten Sie, wer ihn schickte, um einen neuen.' },
    off: { title: 'Dieser Link wurde abgeschaltet', text: 'Bitten Sie, wer ihn schickte, um einen neuen.' },
    not_ready: {
      title: 'Das Video entsteht gerade',
      text: 'Öffnen Sie diese Seite in einer Minute noch einmal.',
    },
  },
  withPassword: 'Dieses Video ist durch ein Passwort geschützt',
  wrongPassword: 'Dieses Passwort stimmt nicht.',
  show: 'Video zeigen',
  liveOf: (camera) => `${camera}, live`,
  clipOf: (name, camera) => `${name}, aufgenommen von ${camera}`,
  cannotShow: 'Dieser Browser kann das Video nicht zeigen.',
  to: 'bis',
  leftOut: (gaps) => `Nicht aufgenommen und ausgelassen: ${gaps} ${gaps === 1 ? 'Lücke' : 'Lücken'}.`,
  download: 'Herunterladen',
  sharedBy: (customer) => `Geteilt von ${customer}.`,
  endsAt: 'Dieser Link endet am',
};

export const shareTexts = { en, de };
