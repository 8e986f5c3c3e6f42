import { problemKinds, type ProblemCode } from '@gantry/protocol/errors.js';
import { segmentId } from '@gantry/protocol/ids.js';
import { judgeAnswer } from '@gantry/agent/upload/verdict.js';
import { describe, expect, it } from 'vitest';

const meta = { id: segmentId.parse('seg_01ARZ3NDEKTSV4RRFFQ69G5FAV'), sha256: 'ab'.repeat(32) };
const problemBody = (code: ProblemCode): string =>
  JSON.stringify({
    type: 'x',
    title: 'x',
    status: problemKinds[code].status,
    code,
    detail: 'x',
    requestId: 'x',
  });

describe('an answer to an upload', () => {
  it.each([
    [201, JSON.stringify(meta), 'stored'],
    [200, JSON.stringify(meta), 'stored'],
    [204, '', 'retry'],
    [201, JSON.stringify({ ...meta, sha256: 'cd'.repeat(32) }), 'retry'],
    [201, JSON.stringify({ ...meta, id: 'seg_01ARZ3NDEKTSV4RRFFQ69G5FAW' }), 'retry'],
    [200, '<html>', 'retry'],
    [410, '', 'retry'],
    [404, '{}', 'retry'],
  ])('%i %s is %s', (status, body, kind) => {
    expect(judgeAnswer(status, body, meta).kind).toBe(kind);
  });

  it.each<[ProblemCode, string]>([
    ['recording_not_permitted', 'not_permitted'],
    ['malformed', 'rejected'],
    ['not_found', 'rejected'],
    ['conflict', 'rejected'],
    ['too_large', 'rejected'],
    ['invalid', 'rejected'],
    ['digest_mismatch', 'retry'],
    ['unauthenticated', 'retry'],
    ['forbidden', 'retry'],
    ['account_disabled', 'retry'],
    ['rate_limited', 'retry'],
    ['internal', 'retry'],
    ['unavailable', 'retry'],
    ['storage_full', 'retry'],
  ])('%s is %s', (code, kind) => {
    expect(judgeAnswer(problemKinds[code].status, problemBody(code), meta).kind).toBe(kind);
  });
});
