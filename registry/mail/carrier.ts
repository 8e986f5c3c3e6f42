import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import type { OutgoingLetter } from './letters.js';

/** Takes letters away. */
export interface Carrier {
  /** Whether somebody reads the letters here, and not in a mailbox. */
  keepsWords: boolean;
  /** Rejects with a message for a person when the letter was not taken. */
  deliver(letter: OutgoingLetter): Promise<void>;
  close(): void;
}

const messageOf = (from: string, { id, recipient, subject, text, html }: OutgoingLetter) => ({
  from,
  to: { name: '', address: recipient },
  subject,
  text,
  html,
  // The same on every attempt: a mail system that got a letter twice can tell.
  messageId: `<${id}@${from.slice(from.lastIndexOf('@') + 1)}>`,
  // Texts come from people: nothing in them may make the mailer read a file or fetch an address.
  disableFileAccess: true,
  disableUrlAccess: true,
});

const patienceMs = 20_000;

/** Hands letters to an SMTP server; `url` as in `smtp://user:password@host:587`. Its errors never name the URL. */
export function smtpCarrier(url: string, from: string): Carrier {
  const mailer = createTransport({
    url,
    connectionTimeout: patienceMs,
    greetingTimeout: patienceMs,
    socketTimeout: patienceMs,
  });
  return {
    keepsWords: false,
    deliver: async (letter) => {
      await mailer.sendMail(messageOf(from, letter));
    },
    close: () => mailer.close(),
  };
}

/** Whether an SMTP server takes our login. Rejects with its own words, which never name the URL. */
export async function checkSmtp(url: string): Promise<void> {
  const mailer = createTransport({
    url,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 10_000,
  });
  try {
    await mailer.verify();
  } finally {
    mailer.close();
  }
}

/** Without SMTP: writes `ID.eml` into a folder, for somebody to open or to forward. */
export function folderCarrier(folder: string, from: string): Carrier {
  const mailer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  return {
    keepsWords: true,
    deliver: async (letter) => {
      const { message } = await mailer.sendMail(messageOf(from, letter));
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(join(folder, `${letter.id}.eml`), message as Buffer, { mode: 0o600 });
    },
    close: () => mailer.close(),
  };
}
