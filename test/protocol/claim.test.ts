import { fingerprintWords, readUserCode, userCodeOf } from '@gantry/protocol/claim.js';
import { fingerprintWordList } from '@gantry/protocol/fingerprint-words.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const eightBytes = fc.uint8Array({ minLength: 8, maxLength: 8 });

describe('a user code', () => {
  it('carries 60 bits in three groups of four letters without look-alikes', () => {
    expect(userCodeOf(new Uint8Array(8))).toBe('0000-0000-0000');
    expect(userCodeOf(new Uint8Array(8).fill(255))).toBe('ZZZZ-ZZZZ-ZZZZ');
    fc.assert(
      fc.property(eightBytes, (bytes) => {
        expect(userCodeOf(bytes)).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}$/);
      }),
    );
  });

  it('is read however it is typed, and look-alikes mean what they look like', () => {
    fc.assert(
      fc.property(eightBytes, (bytes) => {
        const code = userCodeOf(bytes);
        const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
        expect(readUserCode(typed)).toBe(code);
      }),
    );
    for (const wrong of ['', '7K3M-Q9TD-2HX', '7K3M-Q9TD-2HXVV', '7K3M-Q9TD-2HXU', '7K3M/Q9TD-2HXV'])
      expect(readUserCode(wrong)).toBeNull();
  });
});

describe('the words of a key', () => {
  it('are three of 256 different ones, and others for another key', () => {
    expect(new Set(fingerprintWordList).size).toBe(256);
    expect(fingerprintWords('AAAA')).toEqual(Array(3).fill(fingerprintWordList[0]));
    expect(fingerprintWords('____')).toEqual(Array(3).fill(fingerprintWordList[255]));
    expect(fingerprintWords('AAAB')).not.toEqual(fingerprintWords('AAAA'));
  });
});
