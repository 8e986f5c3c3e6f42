import type { ProblemCode } from '@gantry/protocol/errors.js';
import { accepts } from 'hono/accepts';
import type { ApiContext } from '../api.js';

/** What the pages before the portal say. Every language has every sentence: the compiler sees to it. */
const en = {
  signIn: 'Sign in',
  email: 'E-mail',
  password: 'Password',
  forgotten: 'Forgot the password?',
  secondStep: 'Second step',
  totp: 'Code of your authenticator app',
  recoveryCode: 'Recovery code',
  recoveryInstead: 'Use a recovery code instead',
  continue: 'Continue',
  usePasskey: 'Use a passkey',
  passkeyFailed: 'The passkey was not accepted. Try again, or use another way.',
  otherAccount: 'Sign in as somebody else',
  resetTitle: 'A new password',
  resetWhat: 'We send a link to your address by which you choose a new one.',
  resetSend: 'Send the link',
  resetSent:
    'If there is an account with this address, a letter is on its way. The link in it is valid for 7 days.',
  toSignIn: 'To the sign-in page',
  hello: (name: string) => `Hello ${name}.`,
  invitedBy: (tenant: string) => `You were given access to ${tenant}.`,
  activateTitle: 'Choose your password',
  newPassword: 'Password, at least 8 characters',
  again: 'The same again',
  setPassword: 'Set password',
  differ: 'The two passwords are not the same.',
  passwordFault: (why: string) => `The password ${why}.`,
  passwordSet: 'Your password is set.',
  confirmTitle: 'Confirm your address',
  confirm: 'Confirm',
  confirmed: 'Thank you. Your address is confirmed.',
  done: 'Done',
  failed: 'This did not work',
  newLink: 'Send a new link',
  confirmFirst: 'Confirm your e-mail address first',
  confirmFirstWhat: (email: string) =>
    `Open the link in the letter we sent to ${email}. This page goes on then.`,
  confirmedGoOn: 'I have confirmed it',
  sendAgain: 'Send the letter again',
  sentAgain: 'Another letter is on its way; links in older ones do not count any more.',
  changeFirst: 'Choose a password of your own first',
  currentPassword: 'Current password',
  protectFirst: 'Protect your account first',
  protectWhat:
    'Your account reaches into the accounts of customers. Scan this with an authenticator app, then type the code it shows.',
  secretByHand: 'Or type it in by hand:',
  code: 'Code of six digits',
  protect: 'Protect the account',
  codesTitle: 'Keep your recovery codes',
  codesWhat: 'Each of them lets you in once when your phone is gone. They are shown only now.',
  codesKept: 'I have kept them',
  signOut: 'Sign out',
  help: 'Help',
  qrLabel: 'QR code for the authenticator app',
};

export type PageTexts = typeof en;

const de: PageTexts = {
  signIn: 'Anmelden',
  email: 'E-Mail',
  password: 'Passwort',
  forgotten: 'Passwort vergessen?',
  secondStep: 'Zweiter Schritt',
  totp: 'Code der Authenticator-App',
  recoveryCode: 'Wiederherstellungscode',
  recoveryInstead: 'Stattdessen einen Wiederherstellungscode verwenden',
  continue: 'Weiter',
  usePasskey: 'Passkey verwenden',
  passkeyFailed: 'Der Passkey wurde nicht angenommen. Versuchen Sie es noch einmal oder auf anderem Weg.',
  otherAccount: 'Mit anderem Konto anmelden',
  resetTitle: 'Ein neues Passwort',
  resetWhat: 'Wir schicken einen Link an Ihre Adresse, über den Sie ein neues wählen.',
  resetSend: 'Link schicken',
  resetSent:
    'Falls es ein Konto mit dieser Adresse gibt, ist ein Brief unterwegs. Der Link darin gilt 7 Tage.',
  toSignIn: 'Zur Anmeldung',
  hello: (name) => `Guten Tag, ${name}.`,
  invitedBy: (tenant) => `Sie haben Zugang zu ${tenant} bekommen.`,
  activateTitle: 'Passwort wählen',
  newPassword: 'Passwort, mindestens 8 Zeichen',
  again: 'Noch einmal dasselbe',
  setPassword: 'Passwort setzen',
  differ: 'Die beiden Passwörter sind nicht gleich.',
  passwordFault: () => 'Das Passwort muss 8 bis 1000 Zeichen haben.',
  passwordSet: 'Ihr Passwort ist gesetzt.',
  confirmTitle: 'Adresse bestätigen',
  confirm: 'Bestätigen',
  confirmed: 'Danke. Ihre Adresse ist bestätigt.',
  done: 'Fertig',
  failed: 'Das hat nicht geklappt',
  newLink: 'Neuen Link schicken',
  confirmFirst: 'Bestätigen Sie zuerst Ihre E-Mail-Adresse',
  confirmFirstWhat: (email) => `Öffnen Sie den Link im Brief an ${email}. Danach geht es hier weiter.`,
  confirmedGoOn: 'Ich habe sie bestätigt',
  sendAgain: 'Brief noch einmal schicken',
  sentAgain: 'Ein neuer Brief ist unterwegs; Links in älteren gelten nicht mehr.',
  changeFirst: 'Wählen Sie zuerst ein eigenes Passwort',
  currentPassword: 'Bisheriges Passwort',
  protectFirst: 'Schützen Sie zuerst Ihr Konto',
  protectWhat:
    'Ihr Konto reicht in die Konten von Kunden. Scannen Sie dies mit einer Authenticator-App und geben Sie den Code ein, den sie zeigt.',
  secretByHand: 'Oder von Hand eingeben:',
  code: 'Code aus sechs Ziffern',
  protect: 'Konto schützen',
  codesTitle: 'Bewahren Sie Ihre Wiederherstellungscodes auf',
  codesWhat: 'Jeder lässt Sie einmal hinein, wenn Ihr Telefon fort ist. Sie werden nur jetzt gezeigt.',
  codesKept: 'Ich habe sie aufbewahrt',
  signOut: 'Abmelden',
  help: 'Hilfe',
  qrLabel: 'QR-Code für die Authenticator-App',
};

const languages = { en, de };
export type Language = keyof typeof languages;

/** The language that a browser asks for first, of those there are. */
export const languageOf = (c: ApiContext): Language =>
  accepts(c, {
    header: 'Accept-Language',
    supports: ['en', 'de'],
    default: 'en',
    match: bestLanguage,
  }) as Language;

const bestLanguage: NonNullable<Parameters<typeof accepts>[1]['match']> = (wanted, { supports }) =>
  wanted
    .toSorted((a, b) => b.q - a.q)
    .map(({ type }) => type.slice(0, 2).toLowerCase())
    .find((language) => supports.includes(language)) ?? 'en';

export const textsOf = (c: ApiContext): PageTexts => wordsOf(c, languages);

/** Of a catalogue of a page's own. */
export const wordsOf = <Words>(c: ApiContext, words: Readonly<Record<Language, Words>>): Words =>
  words[languageOf(c)];

export type Refusals = Readonly<Partial<Record<ProblemCode, string>>>;

/** Refusals that people meet while signing in; the rest is told as the API words it. */
const germanRefusals: Refusals = {
  unauthenticated:
    'Das stimmt nicht, oder es ist abgelaufen. Prüfen Sie die Eingabe und versuchen Sie es noch einmal.',
  rate_limited: 'Zu viele falsche Versuche. Warten Sie einen Moment.',
  account_disabled: 'Dieses Konto ist abgeschaltet. Fragen Sie Ihren Errichter oder Administrator.',
  not_found:
    'Dieser Link wurde benutzt, durch einen neueren ersetzt oder ist abgelaufen. Fordern Sie einen neuen an.',
  unavailable: 'Im Moment nicht erreichbar. Versuchen Sie es in einigen Sekunden noch einmal.',
};

/** `german`: where a code means something else on a page. */
export const refusalText = (
  c: ApiContext,
  { code, message }: { code: ProblemCode; message: string },
  german: Refusals = {},
): string => (languageOf(c) === 'de' ? (german[code] ?? germanRefusals[code]) : undefined) ?? message;
