import type { Look } from '../branding/look.js';

/** What a letter is about; every string may come from people and is escaped where it becomes HTML. */
export type Occasion =
  | { kind: 'activation'; name: string; tenant: string; url: string; validDays: number }
  | { kind: 'reset'; name: string; url: string; validDays: number }
  | { kind: 'confirmation'; name: string; url: string; validDays: number }
  | { kind: 'switchedOff'; name: string; tenant: string; reason: string | null }
  | { kind: 'test'; name: string };

/** A letter's words, once; plain text and HTML are two renderings of it. */
interface Wording {
  subject: string;
  paragraphs: string[];
  /** The one thing to do. */
  act: { label: string; url: string } | null;
}

export interface Letter {
  subject: string;
  text: string;
  html: string;
}

/** As it goes to a mailbox. */
export interface OutgoingLetter extends Letter {
  id: string;
  recipient: string;
}

/** In whose name a letter is written: the integrator people know, as it looks (R55). */
export interface Brand extends Pick<Look, 'primaryColor' | 'onColor' | 'support'> {
  name: string;
}

/** Pure. Styles stand at the elements: mail programs drop sheets. */
export function writeLetter(brand: Brand, occasion: Occasion): Letter {
  const { subject, paragraphs, act } = wordingOf(brand.name, occasion);
  const greeting = `Hello ${occasion.name},`;
  const signature = `Kind regards\n${brand.name}`;
  const link = act === null ? [] : [`${act.label}:\n${act.url}`];
  const contact = Object.values(brand.support).filter((way) => way !== null);
  const help = contact.length === 0 ? [] : [`Help: ${contact.join(', ')}`];
  const html = [
    `<p style="font-weight:bold;color:${brand.primaryColor}">${escapeHtml(brand.name)}</p>`,
    paragraphOf(greeting),
    ...paragraphs.map(paragraphOf),
    ...(act === null ? [] : [`<p>${buttonOf(act, brand)}</p>`]),
    paragraphOf(signature),
    ...help.map(paragraphOf),
  ].join('\n');
  return {
    subject: oneLine(subject),
    text: [greeting, ...paragraphs, ...link, signature, ...help].join('\n\n') + '\n',
    html: `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(oneLine(subject))}</title></head>\n<body style="max-width:36rem;margin:0 auto;padding:1rem;font:16px/1.5 sans-serif">\n${html}\n</body></html>\n`,
  };
}

const buttonOf = ({ label, url }: { label: string; url: string }, { primaryColor, onColor }: Brand): string =>
  `<a href="${escapeHtml(url)}" style="display:inline-block;padding:.75rem 1.25rem;border-radius:.5rem;background:${primaryColor};color:${onColor};text-decoration:none;font-weight:bold">${escapeHtml(label)}</a>`;

function wordingOf(brand: string, occasion: Occasion): Wording {
  switch (occasion.kind) {
    case 'activation':
      return {
        subject: `${brand}: set your password for ${occasion.tenant}`,
        paragraphs: [
          `You were given access to ${occasion.tenant}. Choose a password to sign in.`,
          `The link works once, for ${occasion.validDays} days.`,
        ],
        act: { label: 'Choose your password', url: occasion.url },
      };
    case 'reset':
      return {
        subject: `${brand}: choose a new password`,
        paragraphs: [
          'Somebody asked for a new password for your account. If it was not you, ignore this letter: nothing changes.',
          `The link works once, for ${occasion.validDays} days.`,
        ],
        act: { label: 'Choose a new password', url: occasion.url },
      };
    case 'confirmation':
      return {
        subject: `${brand}: confirm your e-mail address`,
        paragraphs: [
          'Confirm that this address is yours; until then your account stays closed.',
          `The link works once, for ${occasion.validDays} days.`,
        ],
        act: { label: 'Confirm this address', url: occasion.url },
      };
    case 'switchedOff':
      return {
        subject: `${brand}: your access to ${occasion.tenant} is switched off`,
        paragraphs: [
          `Your access to ${occasion.tenant} was switched off.`,
          ...(occasion.reason === null ? [] : [`Reason: ${occasion.reason}`]),
          `Ask ${brand} if you have questions.`,
        ],
        act: null,
      };
    case 'test':
      return {
        subject: `${brand}: a test`,
        paragraphs: ['You asked for this letter: mail of this registry arrives. Nothing is to be done.'],
        act: null,
      };
    default: {
      const never: never = occasion;
      return never;
    }
  }
}

/** Safe between tags and inside quoted attributes. */
export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

const paragraphOf = (text: string): string => `<p>${escapeHtml(text).replaceAll('\n', '<br>')}</p>`;

/** A subject is a header: a line break inside would begin another one (RFC 5322 §2.2). */
const oneLine = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ').trim();
