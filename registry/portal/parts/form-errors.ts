import { Problem } from '../api/problem.js';

/**
 * Faults that the API names by JSON pointers, as errors of form fields: `/address/line1` → `address.line1`.
 * Null when the problem is not about fields; then show it whole (ErrorNotice).
 */
export function fieldErrors(error: unknown): Record<string, string> | null {
  if (!(error instanceof Problem) || error.body.errors === undefined || error.body.errors.length === 0)
    return null;
  return Object.fromEntries(
    error.body.errors.map(({ pointer, detail }) => [
      pointer.replace(/^\//, '').replaceAll('/', '.'),
      detail.charAt(0).toUpperCase() + detail.slice(1),
    ]),
  );
}
