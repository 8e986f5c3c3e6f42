/** Exit codes of every command (ux.md §7). */
export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  notEnrolled: 3,
  unreachable: 4,
  denied: 5,
  partial: 6,
  timeout: 124,
} as const;
