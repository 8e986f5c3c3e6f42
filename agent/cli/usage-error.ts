/** The command line cannot be used as it is: what, why and what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
