/** The registry cannot start, and the message says why and what to do: shown to a person without a stack. */
export class StartFailure extends Error {
  constructor(message: string, options?: { cause: unknown }) {
    super(message, options);
    this.name = 'StartFailure';
  }
}
