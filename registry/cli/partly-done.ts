/** What was asked was done, but not for everything; the message says for what not. */
export class PartlyDone extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PartlyDone';
  }
}
