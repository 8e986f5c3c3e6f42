/**
 * Waits until a condition holds, looking every `everyMs`; the only way a test waits. Rejects with `what` on time-out: far
 * beyond what a busy machine needs, since only a failure waits for it.
 */
export async function until<Result>(
  condition: () => Result | Promise<Result>,
  options: { timeoutMs?: number; everyMs?: number; what?: string } = {},
): Promise<NonNullable<Result>> {
  const { timeoutMs = 30_000, everyMs = 20, what = 'the condition' } = options;
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const result = await condition();
    if (result) return result;
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
