import type { AgentId } from '@gantry/protocol/ids.js';
import { agentAudience, agentTokenSeconds } from '@gantry/protocol/enrol.js';
import type { DeviceKey } from './key.js';
import { signJwt } from './jwt.js';

/** Device-signed tokens: what the agent shows as MQTT password and HTTP bearer. */
export interface DeviceTokens {
  /** A token good for at least a minute more; signed anew only when needed. */
  current(): Promise<string>;
  /** A new token, for each MQTT connection. */
  fresh(): Promise<string>;
}

const renewBeforeSeconds = 60;
/** Registries whose clock is a little behind the estimate still see the token as issued in the past. */
const issuedEarlierSeconds = 5;

export function createDeviceTokens(o: {
  key: DeviceKey;
  agentId: AgentId;
  /** The registry's clock: a wrong clock on the box must not lock it out. */
  registryNowMs: () => number;
  newTokenId: () => string;
}): DeviceTokens {
  let held: { token: Promise<string>; issuedAtSeconds: number } | null = null;
  const nowSeconds = () => Math.floor(o.registryNowMs() / 1_000);

  const fresh = (): Promise<string> => {
    const issuedAtSeconds = nowSeconds() - issuedEarlierSeconds;
    const token = signJwt(o.key, {
      audience: agentAudience,
      subject: o.agentId,
      issuedAtSeconds,
      lifeSeconds: agentTokenSeconds,
      tokenId: o.newTokenId(),
    });
    held = { token, issuedAtSeconds };
    return token;
  };

  return {
    fresh,
    current() {
      const ageSeconds = held === null ? Infinity : nowSeconds() - held.issuedAtSeconds;
      // A negative age: the registry's clock turned out to be behind what the token was signed with.
      const usable = ageSeconds >= 0 && ageSeconds < agentTokenSeconds - renewBeforeSeconds;
      return held !== null && usable ? held.token : fresh();
    },
  };
}
