// @ts-check

/** What the API answers to what it does not do; `code` as in protocol/errors.ts. */
export class Problem extends Error {
  /** @param {{ code: string, detail: string }} problem */
  constructor(problem) {
    super(problem.detail);
    this.code = problem.code;
  }
}

/** The registry gave no answer at all. */
export class Unreachable extends Error {}

/**
 * Calls the API as the signed-in person.
 * @param {string} method
 * @param {string} path below `/api/v1`
 * @param {unknown} [body]
 * @returns {Promise<any>} the JSON answer, null without one; rejects with {@link Problem} or {@link Unreachable}
 */
export async function call(method, path, body) {
  let answer;
  try {
    answer = await fetch(`/api/v1${path}`, {
      method,
      signal: AbortSignal.timeout(15_000),
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
  } catch {
    throw new Unreachable();
  }
  const text = await answer.text().catch(() => '');
  if (answer.ok) return text === '' ? null : JSON.parse(text);
  try {
    throw new Problem(JSON.parse(text));
  } catch (error) {
    // A proxy in between answers with pages of its own.
    throw error instanceof Problem ? error : new Unreachable();
  }
}

/**
 * All items of a list, page by page.
 * @param {string} path without `limit` and `cursor`
 * @param {number} most
 * @returns {Promise<any[]>}
 */
export async function callList(path, most = 1_000) {
  const items = [];
  let cursor = null;
  do {
    const address = `${path}${path.includes('?') ? '&' : '?'}limit=200`;
    const page = await call(
      'GET',
      cursor === null ? address : `${address}&cursor=${encodeURIComponent(cursor)}`,
    );
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null && items.length < most);
  return items;
}
