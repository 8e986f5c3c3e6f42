import type { SetupAnswer, SetupRequest } from '@gantry/protocol/setup.js';
import type { Log } from './log.js';
import { makeLoginSeal } from './setup/login-seal.js';
import type { SiteActions } from './setup/local-requests.js';
import { answerRemote } from './setup/remote-requests.js';

/** Puts together what answers a person who sets the site up from the registry. */
export async function wireRemote(o: {
  site: SiteActions;
  tell: (answer: Omit<SetupAnswer, 'session'>) => void;
  log: Log;
}): Promise<(request: SetupRequest) => void> {
  const seal = await makeLoginSeal();
  return (request) => {
    o.log.info({ act: request.act.kind }, 'a person at the registry sets this site up');
    void answerRemote({ site: o.site, seal, log: o.log }, request).then((parts) => parts.forEach(o.tell));
  };
}
