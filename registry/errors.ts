import { problemKinds, type ProblemCode } from '@gantry/protocol/errors.js';

export interface FieldFault {
  /** JSON pointer into the request body. */
  pointer: string;
  code: string;
  detail: string;
}

/**
 * An expected failure: its code decides the HTTP status and whether a retry may help, its detail says what
 * happened, to what, and what to do. Anything else that is thrown is a defect and answers 500.
 */
export class Failure extends Error {
  readonly code: ProblemCode;
  readonly fields: readonly FieldFault[];

  constructor(code: ProblemCode, detail: string, fields: readonly FieldFault[] = []) {
    super(detail);
    this.name = 'Failure';
    this.code = code;
    this.fields = fields;
  }

  get status(): number {
    return problemKinds[this.code].status;
  }

  get retryable(): boolean {
    return problemKinds[this.code].retry;
  }
}

/** Foreign ids and unknown ids answer alike (R3). */
export const notFound = (what: string, id: string): Failure =>
  new Failure(
    'not_found',
    `There is no ${what} ${id} that you can see. Check the id, or who you are signed in as.`,
  );
