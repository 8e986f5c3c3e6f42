import {
  setupPartBytes,
  type SetupAct,
  type SetupAnswer,
  type SetupRequest,
} from '@gantry/protocol/setup.js';
import type { Log } from '../log.js';
import { answerLocal, type LocalAnswer, type LocalRequest, type SiteActions } from './local-requests.js';
import type { LoginSeal } from './login-seal.js';
import { problemOf } from './serving.js';

/** Answers what a person at the registry asks, as the on-site page would be answered. Never rejects. */
export async function answerRemote(
  o: { site: SiteActions; seal: LoginSeal; log: Log },
  { requestId, act }: SetupRequest,
): Promise<Omit<SetupAnswer, 'session'>[]> {
  let answer: LocalAnswer;
  try {
    const { method, path, body } = await requestOf(act, o.seal);
    const signal = AbortSignal.timeout(answerLimitMs);
    answer = await answerLocal(o.site, { method, path, body: () => Promise.resolve(body), signal });
    // Whoever is to seal a login needs the key, and only the view is asked first.
    if (act.kind === 'view' && 'body' in answer)
      answer = { ...answer, body: { ...answer.body, sealKey: o.seal.publicKey } };
  } catch (error) {
    answer = problemOf(error, o.log);
  }
  const isPicture = 'jpeg' in answer;
  const bytes = 'jpeg' in answer ? Buffer.from(answer.jpeg) : Buffer.from(JSON.stringify(answer.body));
  const parts = Math.max(1, Math.ceil(bytes.byteLength / setupPartBytes));
  if (parts > maxParts) return answerTooLong(requestId);
  return Array.from({ length: parts }, (_, index) => ({
    requestId,
    part: index + 1,
    parts,
    status: answer.status,
    type: isPicture ? 'jpeg' : 'json',
    body: bytes.subarray(index * setupPartBytes, (index + 1) * setupPartBytes).toString('base64'),
  }));
}

const answerLimitMs = 20_000;
const maxParts = 64;

function answerTooLong(requestId: string): Omit<SetupAnswer, 'session'>[] {
  const body = Buffer.from(JSON.stringify({ error: 'The answer is too long.' })).toString('base64');
  return [{ requestId, part: 1, parts: 1, status: 502, type: 'json', body }];
}

/** The local request that an act stands for; everything else the box knows stays out of reach. */
async function requestOf(
  act: SetupAct,
  seal: LoginSeal,
): Promise<Pick<LocalRequest, 'method' | 'path'> & { body: unknown }> {
  switch (act.kind) {
    case 'view':
      return { method: 'GET', path: '/v1/view', body: null };
    case 'network':
      return { method: 'GET', path: '/v1/network', body: null };
    case 'rescan':
      return { method: 'POST', path: '/v1/rescan', body: {} };
    case 'announce':
      return { method: 'POST', path: '/v1/announce', body: {} };
    case 'search':
      return { method: 'POST', path: '/v1/search', body: { range: act.range } };
    case 'login':
      return {
        method: 'POST',
        path: '/v1/logins',
        body: { name: act.name, ...(await seal.open(act.sealed)) },
      };
    case 'name':
      return { method: 'POST', path: `/v1/cameras/${act.localId}/name`, body: { name: act.name } };
    case 'add':
      return { method: 'POST', path: '/v1/cameras', body: { url: act.url } };
    case 'picture':
      return { method: 'GET', path: `/v1/cameras/${act.localId}/snapshot`, body: null };
    default:
      return act satisfies never;
  }
}
