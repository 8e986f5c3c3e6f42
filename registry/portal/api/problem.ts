import type { Problem as ProblemBody } from './schema.js';

export type ProblemCode = ProblemBody['code'];

/** An answer ≥ 400, as the API words it (RFC 9457). */
export class Problem extends Error {
  readonly body: ProblemBody;

  constructor(body: ProblemBody) {
    super(body.detail);
    this.name = 'Problem';
    this.body = body;
  }

  get code(): ProblemCode {
    return this.body.code;
  }
}

/** No answer came, or one that is not the registry's (a proxy's page). The same request may succeed later. */
export class Unreachable extends Error {
  constructor() {
    super('The registry cannot be reached.');
    this.name = 'Unreachable';
  }
}

export const hasCode = (error: unknown, ...codes: ProblemCode[]): error is Problem =>
  error instanceof Problem && codes.includes(error.code);
