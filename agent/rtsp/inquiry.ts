import type { Credentials } from '../digest-auth.js';
import { connectCamera, type Answer, type OutgoingRequest } from './connection.js';

export interface InquiryOptions {
  /** For the whole inquiry. */
  timeoutMs: number;
  signal?: AbortSignal;
  localAddress?: string;
}

/**
 * A short visit to a camera: connects, lets `questions` ask, and closes in any case, at the latest when the time is
 * up or `signal` aborts; what is then still asked gets a `timeout` answer.
 */
export async function inquire<Result>(
  target: { host: string; port: number; credentials: Credentials | null },
  { timeoutMs, signal, localAddress }: InquiryOptions,
  questions: (
    ask: (request: OutgoingRequest) => Promise<Answer>,
    realm: () => string | null,
  ) => Promise<Result>,
): Promise<Result> {
  const connection = connectCamera({
    ...target,
    connectTimeoutMs: timeoutMs,
    answerTimeoutMs: timeoutMs,
    ...(localAddress === undefined ? {} : { localAddress }),
  });
  const cancel = () => connection.fail({ kind: 'timeout', detail: 'the question was cancelled' });
  const deadline = setTimeout(
    () => connection.fail({ kind: 'timeout', detail: `no answer in ${timeoutMs} ms` }),
    timeoutMs,
  );
  signal?.addEventListener('abort', cancel, { once: true });
  if (signal?.aborted === true) cancel();
  try {
    return await questions(
      (request) => new Promise((resolve) => connection.send(request, resolve)),
      () => connection.realm(),
    );
  } finally {
    clearTimeout(deadline);
    signal?.removeEventListener('abort', cancel);
    connection.close();
  }
}
