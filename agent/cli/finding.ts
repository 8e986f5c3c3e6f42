/** One thing checked: what was seen, and what to do when it is a problem. */
export interface Finding {
  what: string;
  verdict: 'ok' | 'warn' | 'FAIL';
  detail: string;
  fix: string | null;
}
