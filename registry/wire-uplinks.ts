import { uplinkActs } from './broker/acts.js';
import { startInbox } from './broker/inbox.js';
import type { StartedBroker } from './broker/start.js';
import { Absences } from './cameras/absence.js';
import type { Closing } from './closing.js';
import type { Context } from './context.js';
import { startPublisher } from './desired/publisher.js';
import type { SetupRelay } from './enrolment/setup-relay.js';
import type { LiveRelay } from './live/relay.js';
import { startSweep } from './sweep.js';

/**
 * What agents say is taken in, and what they must know is sent. Resolves with what works off both (for tests and for
 * shutting down in order).
 */
export async function startUplinks(
  context: Context,
  { broker }: StartedBroker,
  { segmentSeconds, ...relays }: { live: LiveRelay; setup: SetupRelay; segmentSeconds: number },
  closing: Closing,
): Promise<() => Promise<void>> {
  const absences = new Absences(context);
  await absences.forgetAll();
  const desired = startPublisher(context, (agentId, message) => broker.publish(agentId, 'desired', message), {
    segmentSeconds,
  });
  closing.add('publisher of desired states', () => desired.close());
  const inbox = startInbox({
    broker,
    acts: uplinkActs(context, { absences, desired, ...relays }),
    log: context.log,
    nowMs: () => context.clock.nowMs(),
  });
  closing.add('inbox', () => inbox.close());
  const sweep = startSweep({
    what: 'looking for agents that are gone',
    everyMs: 1_000,
    log: context.log,
    work: () => absences.sweep(),
  });
  closing.add('absence sweep', () => sweep.close());
  return async () => {
    await inbox.settle();
    await desired.settle();
  };
}
