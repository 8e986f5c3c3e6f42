import { uplinkMessages } from '@gantry/protocol/messages.js';
import { allUplinksFilter } from '@gantry/protocol/topics.js';

const uplinkKinds = Object.keys(uplinkMessages);

/**
 * The rules of {@link ./authorize.ts} as a mosquitto `acl_file`; `%u` is the user name a client was
 * authenticated with, which for an agent is its id. Needs `retain_available false` in mosquitto.conf: an ACL
 * file cannot tell retained messages from others.
 * Source: https://mosquitto.org/man/mosquitto-conf-5.html
 */
export function mosquittoAcl(registryUser: string): string {
  return [
    '# Written by Gantry from registry/broker/authorize.ts. In mosquitto.conf: retain_available false',
    `user ${registryUser}`,
    `topic read ${allUplinksFilter}`,
    'topic write v1/a/+/d/+',
    '',
    '# Every agent: its user name is its id.',
    ...uplinkKinds.map((kind) => `pattern write v1/a/%u/u/${kind}`),
    'pattern read v1/a/%u/d/#',
    '',
  ].join('\n');
}

/**
 * The same rules as EMQX 5 `acl.conf`; there `no_match = deny`.
 * Source: https://docs.emqx.com/en/emqx/latest/access-control/authz/file.html
 */
export function emqxRules(registryUser: string): string {
  const topics = uplinkKinds.map((kind) => `"v1/a/\${username}/u/${kind}"`).join(', ');
  return [
    '%% Written by Gantry from registry/broker/authorize.ts',
    `{allow, {username, "${registryUser}"}, subscribe, ["${allUplinksFilter}"]}.`,
    `{allow, {username, "${registryUser}"}, {publish, [{retain, false}]}, ["v1/a/+/d/+"]}.`,
    `{allow, all, {publish, [{qos, [0, 1]}, {retain, false}]}, [${topics}]}.`,
    '{allow, all, subscribe, ["v1/a/${username}/d/#"]}.',
    '{deny, all}.',
    '',
  ].join('\n');
}
