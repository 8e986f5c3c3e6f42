import type { Refusals } from './texts.js';

/** What the page says that lets a box in. */
const en = {
  title: 'Let a box in',
  signInFirst: 'Sign in first; this page comes back then.',
  enterCode: 'Code on the screen of the box',
  question: 'Let this box in?',
  hostname: 'Host name',
  askedFrom: 'Asked from',
  version: 'Version',
  code: 'Code',
  unknown: 'unknown',
  minutesLeft: (code: string, minutes: number) =>
    `${code}, good for ${minutes} more ${minutes === 1 ? 'minute' : 'minutes'}`,
  compare: 'Approve only when the box in front of you shows the same three words.',
  noIntegrator: 'You administer no integrator, so you cannot let a box in.',
  integrator: 'Integrator',
  name: 'Name of the box',
  approve: 'Approve',
  reject: 'Reject',
  chooseIntegrator: 'Choose the integrator the box belongs to.',
  onlyWatching: 'Your role lets you watch, not change. Ask an administrator.',
  approvedBefore: 'This box was approved',
  rejectedBefore: 'This box was rejected',
  usedOnce: 'A code is used once. Nothing is left to do here.',
  expired: 'This code has expired',
  newCode: 'Open the page of the new code that the box shows.',
  turnedAway: 'Turned away',
  turnedAwayWhat: 'The box was turned away. It says so on its screen.',
  toPortal: 'To the cameras',
};

export type ClaimTexts = typeof en;

const de: ClaimTexts = {
  title: 'Eine Box einlassen',
  signInFirst: 'Melden Sie sich zuerst an; danach kommt diese Seite wieder.',
  enterCode: 'Code auf dem Bildschirm der Box',
  question: 'Diese Box einlassen?',
  hostname: 'Hostname',
  askedFrom: 'Gefragt von',
  version: 'Version',
  code: 'Code',
  unknown: 'unbekannt',
  minutesLeft: (code, minutes) => `${code}, gilt noch ${minutes} ${minutes === 1 ? 'Minute' : 'Minuten'}`,
  compare: 'Stimmen Sie nur zu, wenn die Box vor Ihnen dieselben drei Wörter zeigt.',
  noIntegrator: 'Sie verwalten keinen Errichter und können deshalb keine Box einlassen.',
  integrator: 'Errichter',
  name: 'Name der Box',
  approve: 'Zustimmen',
  reject: 'Abweisen',
  chooseIntegrator: 'Wählen Sie den Errichter, zu dem die Box gehört.',
  onlyWatching: 'Mit Ihrer Rolle sehen Sie zu und ändern nichts. Fragen Sie einen Administrator.',
  approvedBefore: 'Dieser Box wurde zugestimmt',
  rejectedBefore: 'Diese Box wurde abgewiesen',
  usedOnce: 'Ein Code gilt einmal. Hier ist nichts mehr zu tun.',
  expired: 'Dieser Code ist abgelaufen',
  newCode: 'Öffnen Sie die Seite des neuen Codes, den die Box zeigt.',
  turnedAway: 'Abgewiesen',
  turnedAwayWhat: 'Die Box wurde abgewiesen. Sie zeigt es auf ihrem Bildschirm.',
  toPortal: 'Zu den Kameras',
};

export const claimTexts = { en, de };

/** Where a refusal means something else here than on the other pages. */
export const claimRefusals: Refusals = {
  not_found:
    'Keine Box zeigt diesen Code. Vergleichen Sie ihn mit dem Bildschirm der Box: auf einen abgelaufenen folgt dort ein neuer.',
  account_disabled: 'Dieser Errichter ist abgeschaltet.',
  conflict: 'Über diese Box wurde schon entschieden; der Code wird nicht mehr gebraucht.',
};
