import type { AnswerFault } from './faults.js';

/** `answer` as a broken camera would send it; the very bytes when nothing is wrong. */
export function spoil(
  answer: Buffer,
  how: { fault: AnswerFault; request: Buffer; random: (size: number) => Buffer },
): Buffer {
  switch (how.fault) {
    case 'none':
    case 'endless':
      return answer;
    case 'garbage':
      return how.random(Math.max(64, answer.length));
    case 'echo':
      return how.request;
    case 'truncated':
      return answer.subarray(0, Math.floor(answer.length / 2));
    case 'html':
      return Buffer.from(
        '<!DOCTYPE html><html><body><form action="/login.cgi">Please log in</form></body></html>',
      );
    default:
      return how.fault satisfies never;
  }
}
