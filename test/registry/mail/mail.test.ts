import { createLog } from '@gantry/registry/log.js';
import { smtpCarrier } from '@gantry/registry/mail/carrier.js';
import { lookFrom, nothingChosen } from '@gantry/registry/branding/look.js';
import { writeLetter } from '@gantry/registry/mail/letters.js';
import { postLetter, retryAfterMs } from '@gantry/registry/mail/outbox.js';
import { sendDueLetters } from '@gantry/registry/mail/sender.js';
import { letters } from '@gantry/registry/db/schema/operations.js';
import { newId } from '@gantry/protocol/ids.js';
import { randomFillSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());

const clock = { ms: Date.parse('2026-05-01T00:00:00Z'), nowMs: () => clock.ms };

test('a letter is delivered by SMTP, again after the server refused it, and its words are kept by the recipient alone', async () => {
  const received: string[] = [];
  let refusals = 1;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _session, done) => {
      let text = '';
      stream.on('data', (bytes: Buffer) => (text += bytes.toString()));
      stream.on('end', () => {
        if (refusals-- > 0) return done(new Error('the mailbox is full'));
        received.push(text);
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const carrier = smtpCarrier(`smtp://127.0.0.1:${port}`, 'gantry@north.example');
  const ctx = {
    db: database.db,
    clock,
    log: createLog('silent'),
    newId: ((kind: 'letter') => newId(kind, clock.ms, (bytes) => randomFillSync(bytes))) as never,
  };
  try {
    await database.db.transaction((tx) =>
      postLetter(ctx, tx, {
        tenantId: 'ten_01ZZZZZZZZZZZZZZZZZZZZZZZZ' as never,
        recipient: 'ana@people.example',
        occasion: { kind: 'reset', name: 'Ana', url: 'https://cams.example/reset/abc', validDays: 7 },
      }),
    );
    const { signal } = new AbortController();
    expect(await sendDueLetters(ctx, carrier, signal)).toBe(0);
    const [waiting] = await database.db.select().from(letters);
    expect(waiting).toMatchObject({ attempts: 1, sentAt: null });
    expect(waiting?.error).toContain('mailbox is full');
    expect(await sendDueLetters(ctx, carrier, signal)).toBe(0);
    clock.ms += 60_000;
    expect(await sendDueLetters(ctx, carrier, signal)).toBe(1);
    expect(received).toHaveLength(1);
    expect(received[0]).toContain('To: ana@people.example');
    expect(received[0]).toContain('https://cams.example/reset/abc');
    const [sent] = await database.db.select().from(letters);
    expect(sent).toMatchObject({ attempts: 2, error: null, text: '', html: '' });
    clock.ms += 3_600_000;
    expect(await sendDueLetters(ctx, carrier, signal)).toBe(0);
  } finally {
    carrier.close();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
});

test('names cannot become markup or headers', () => {
  const brand = { ...lookFrom([]), name: '<b>North</b>\r\nBcc: x@x.example' };
  const letter = writeLetter(brand, {
    kind: 'switchedOff',
    name: '"><script>alert(1)</script>',
    tenant: 'Bakery\nBcc: y@y.example',
    reason: 'a & b',
  });
  expect(letter.html).not.toMatch(/<script|<b>/);
  expect(letter.html).toContain('a &#38; b');
  expect(letter.subject).not.toMatch(/[\r\n]/);
});

test('a letter looks as its integrator does, and says where there is help', () => {
  const support = { email: 'help@north.example', phone: null, url: 'https://north.example/help' };
  const brand = { ...lookFrom([{ ...nothingChosen, primaryColor: '#b02a37', support }]), name: 'North' };
  const url = 'https://cams.example/reset/abc';
  const letter = writeLetter(brand, { kind: 'reset', name: 'Ana', url, validDays: 7 });
  expect(letter.html).toContain(`<a href="${url}" style="display:inline-block`);
  expect(letter.html).toContain('background:#b02a37;color:#ffffff');
  for (const words of [letter.text, letter.html])
    expect(words).toContain('Help: help@north.example, https://north.example/help');
});

test.each([
  [1, 60_000],
  [2, 120_000],
  [4, 480_000],
  [30, 3_600_000],
])('after %i attempts the next comes after %i ms', (attempts, expected) => {
  expect(retryAfterMs(attempts)).toBe(expected);
});
