import { randomFillSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newId } from '@gantry/protocol/ids.js';
import {
  downlinkMessages,
  uplinkMessages,
  type DownlinkKind,
  type UplinkKind,
} from '@gantry/protocol/messages.js';
import { downlinkTopic, parseTopic, uplinkTopic } from '@gantry/protocol/topics.js';

const agent = newId('agent', 1, (bytes) => randomFillSync(bytes));

describe('topics', () => {
  it.each(Object.keys(uplinkMessages) as UplinkKind[])('of %s are read as they are written', (kind) => {
    expect(parseTopic(uplinkTopic(agent, kind))).toEqual({ direction: 'up', agentId: agent, kind });
  });

  it.each(Object.keys(downlinkMessages) as DownlinkKind[])('of %s to an agent likewise', (kind) => {
    expect(parseTopic(downlinkTopic(agent, kind))).toEqual({ direction: 'down', agentId: agent, kind });
  });

  it.each([
    '',
    'v2/a/x/u/birth',
    `v1/a/${agent}/u/desired`,
    `v1/a/${agent}/d/birth`,
    `v1/a/${agent}/u/birth/more`,
    `v1/a/${agent}/u/`,
    `v1/a/${agent}/u/toString`,
    `v1/a/+/u/birth`,
    `v1/a/cam_00000000000000000000000000/u/birth`,
  ])('that are not ours mean nothing: %s', (topic) => {
    expect(parseTopic(topic)).toBeNull();
  });

  it('never make the reader throw', () => {
    fc.assert(fc.property(fc.string(), (topic) => parseTopic(topic) === null));
  });
});
