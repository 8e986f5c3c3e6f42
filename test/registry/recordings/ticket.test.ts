import { newId } from '@gantry/protocol/ids.js';
import { decodeTicket, encodeTicket, type PlaybackTicket } from '@gantry/registry/recordings/ticket.js';
import { expect, it } from 'vitest';

const secret = new Uint8Array(32).fill(7);
const ticket: PlaybackTicket = {
  camera: newId('camera', 1, (bytes) => bytes),
  fromMs: 1_000,
  toMs: 2_000,
  principal: { kind: 'apiKey', keyId: newId('apiKey', 2, (bytes) => bytes) },
  issuedAtMs: 3_000,
};

it('a ticket says to this registry what was written into it', () => {
  const text = encodeTicket(ticket, secret);
  expect(decodeTicket(text, secret)).toEqual(ticket);
  expect(text).toMatch(/^[A-Za-z0-9_.-]+$/);
});

it('a ticket that was changed, cut or signed by somebody else says nothing', () => {
  const text = encodeTicket(ticket, secret);
  const [payload, signature] = text.split('.') as [string, string];
  const forged = Buffer.from(JSON.stringify({ ...ticket, toMs: 9_000 })).toString('base64url');
  for (const wrong of [
    '',
    '.',
    payload,
    `${forged}.${signature}`,
    `${payload}.${signature.slice(1)}`,
    `${text}.x`,
  ]) {
    expect(decodeTicket(wrong, secret)).toBeNull();
  }
  expect(decodeTicket(encodeTicket(ticket, new Uint8Array(32)), secret)).toBeNull();
});
