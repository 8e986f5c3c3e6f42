import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPinGate, readOrMakePin, waitAfter } from '@gantry/agent/setup/pin.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
let nowMs: number;
let tokens: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-pin-'));
  nowMs = 1_000_000;
  tokens = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const gateOf = (pin: string) =>
  createPinGate({
    pin,
    clock: { wallMs: () => 0, monotonicMs: () => nowMs, sleep: () => Promise.resolve() },
    newToken: () => `token-${(tokens += 1)}`,
  });

describe('the PIN of a box', () => {
  it('has six digits, is made once and is readable by its user only', async () => {
    const path = join(folder, 'pin.json');
    expect(await readOrMakePin(path, () => 42)).toBe('000042');
    expect(await readOrMakePin(path, () => 7)).toBe('000042');
    expect((await stat(path)).mode & 0o077).toBe(0);
    await writeFile(path, 'torn');
    expect(await readOrMakePin(path, () => 7)).toBe('000007');
  });

  it('opens a session of twelve hours', () => {
    const gate = gateOf('482913');
    expect(gate.enter('482913', '10.0.0.9')).toEqual({ kind: 'in', token: 'token-1' });
    expect(gate.isSession('token-1')).toBe(true);
    expect(gate.isSession('token-2')).toBe(false);
    expect(gate.isSession('')).toBe(false);
    nowMs += 12 * 3_600_000;
    expect(gate.isSession('token-1')).toBe(false);
  });

  it('makes whoever guesses wait, longer each time, and nobody else', () => {
    const gate = gateOf('482913');
    for (let tries = 0; tries < 5; tries += 1) expect(gate.enter('000000', '10.0.0.9').kind).toBe('wrong');
    expect(gate.enter('482913', '10.0.0.9')).toEqual({ kind: 'wait', retryInMs: 60_000 });
    expect(gate.enter('482913', '10.0.0.10').kind).toBe('in');
    nowMs += 60_000;
    expect(gate.enter('000001', '10.0.0.9').kind).toBe('wrong');
    expect(gate.enter('482913', '10.0.0.9')).toEqual({ kind: 'wait', retryInMs: 120_000 });
    nowMs += 120_000;
    expect(gate.enter('482913', '10.0.0.9').kind).toBe('in');
  });

  it('makes many addresses that guess together wait too', () => {
    const gate = gateOf('482913');
    const guess = (host: number) => gate.enter('000000', `10.0.0.${host}`).kind;
    for (let host = 1; host <= 30; host += 1) expect(guess(host)).toBe('wrong');
    expect(guess(31)).toBe('wait');
  });

  it('takes whoever guesses on and on forty years', () => {
    let hours = 0;
    for (let wrong = 0; wrong < 200; wrong += 1) hours += waitAfter(wrong, 30) / 3_600_000;
    const guessesPerYear = 200 / (hours / (24 * 365));
    expect(1_000_000 / guessesPerYear / 2).toBeGreaterThan(40);
  });
});
