import type { Answer, ConnectionFailure } from './connection.js';

export type RtspOutcome =
  'ok' | 'unauthorized' | 'not_found' | 'busy' | 'refused' | 'unreachable' | 'timeout' | 'protocol_error';

/** What an answer means for the person who waits for the picture; `detail` never holds the URL or credentials. */
export function judgeAnswer(
  answer: Answer,
  withCredentials: boolean,
): { outcome: RtspOutcome; detail: string } {
  return answer.ok
    ? judgeStatus(answer.response.status, withCredentials)
    : { outcome: outcomeOfFailure(answer.failure), detail: answer.failure.detail };
}

function outcomeOfFailure(failure: ConnectionFailure): RtspOutcome {
  switch (failure.kind) {
    case 'unreachable':
    case 'timeout':
    case 'protocol_error':
      return failure.kind;
    case 'closed':
      return 'protocol_error';
    default:
      return failure.kind satisfies never;
  }
}

function judgeStatus(status: number, withCredentials: boolean): { outcome: RtspOutcome; detail: string } {
  const said = `the camera answered ${status}`;
  if (status >= 200 && status < 300) return { outcome: 'ok', detail: 'the camera answered' };
  if (status >= 300 && status < 400) {
    return { outcome: 'refused', detail: `${said}: it points to another address, which is not followed` };
  }
  switch (status) {
    case 401:
      return {
        outcome: 'unauthorized',
        detail: withCredentials
          ? `${said}: user name or password is wrong, or the account may not view video`
          : `${said}: it wants a user name and a password`,
      };
    case 403:
      return {
        outcome: 'unauthorized',
        detail: `${said}: this account may not view video, or is locked for now`,
      };
    case 404:
    case 410:
    case 454:
      return { outcome: 'not_found', detail: `${said}: there is no stream at this path` };
    case 453:
    case 503:
      return { outcome: 'busy', detail: `${said}: all its viewing slots are taken` };
    default:
      return { outcome: 'refused', detail: said };
  }
}
