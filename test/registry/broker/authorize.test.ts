import { newId, type AgentId } from '@gantry/protocol/ids.js';
import { downlinkMessages, uplinkMessages } from '@gantry/protocol/messages.js';
import { emqxRules, mosquittoAcl } from '@gantry/registry/broker/acl.js';
import { authorize, type BrokerAction, type PublishOptions } from '@gantry/registry/broker/authorize.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const agentAt = (ms: number): AgentId => newId('agent', ms, (bytes) => bytes.fill(ms));
const me = agentAt(1);
const other = agentAt(2);

const allowed: [BrokerAction, string, PublishOptions?][] = [
  ...Object.keys(uplinkMessages).map((kind): [BrokerAction, string] => ['publish', `v1/a/${me}/u/${kind}`]),
  ['publish', `v1/a/${me}/u/birth`, { qos: 1 }],
  ['subscribe', `v1/a/${me}/d/#`],
  ...Object.keys(downlinkMessages).map((kind): [BrokerAction, string] => ['forward', `v1/a/${me}/d/${kind}`]),
];

const denied: [BrokerAction, string, PublishOptions?][] = [
  ['publish', `v1/a/${other}/u/birth`],
  ['publish', `v1/a/${me}/d/desired`],
  ['publish', `v1/a/${me}/u/unheard-of`],
  ['publish', `v1/a/${me}/u/birth/more`],
  ['publish', `v1/a/${me}/u/constructor`],
  ['publish', `v2/a/${me}/u/birth`],
  ['publish', '$SYS/broker/clients'],
  ['publish', ''],
  ['publish', `v1/a/${me}/u/birth`, { retain: true }],
  ['publish', `v1/a/${me}/u/birth`, { qos: 2 }],
  ['subscribe', `v1/a/${other}/d/#`],
  ['subscribe', `v1/a/${me}/d/desired`],
  ['subscribe', `v1/a/${me}/u/#`],
  ['subscribe', `v1/a/${me}/#`],
  ['subscribe', 'v1/a/+/d/#'],
  ['subscribe', '#'],
  ['subscribe', '+/+/+/+/+'],
  ['subscribe', '$SYS/#'],
  ['subscribe', `$share/group/v1/a/${me}/d/#`],
  ['forward', `v1/a/${other}/d/desired`],
  ['forward', `v1/a/${me}/u/birth`],
  ['forward', '$SYS/heartbeat'],
];

describe('what an agent may do on the broker', () => {
  it.each(allowed)('may %s %s', (action, topic, options) => {
    expect(authorize(me, action, topic, options)).toEqual({ allowed: true });
  });

  it.each(denied)('may not %s %s', (action, topic, options) => {
    expect(authorize(me, action, topic, options)).toMatchObject({ allowed: false });
  });

  it('is denied whatever does not carry its own id', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<BrokerAction>('publish', 'subscribe', 'forward'),
        fc.oneof(
          fc.string(),
          fc
            .array(fc.constantFrom('v1', 'a', 'u', 'd', '#', '+', other, 'birth', 'desired', '$share', ''))
            .map((levels) => levels.join('/')),
        ),
        (action, topic) => {
          expect(authorize(me, action, topic).allowed).toBe(false);
        },
      ),
    );
  });

  it('says the same to mosquitto and to EMQX', () => {
    expect(mosquittoAcl('registry')).toContain('pattern write v1/a/%u/u/heartbeat');
    expect(mosquittoAcl('registry')).toContain('pattern read v1/a/%u/d/#');
    expect(mosquittoAcl('registry')).not.toMatch(/pattern write .*\/d\//);
    const rules = emqxRules('registry').trim().split('\n');
    expect(rules.at(-1)).toBe('{deny, all}.');
    expect(rules.join('\n')).toContain('"v1/a/${username}/u/inventory"');
  });
});
