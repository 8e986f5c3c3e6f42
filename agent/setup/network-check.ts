/** What was seen of the network; gathered by the agent. */
export interface NetworkFacts {
  /** Own addresses in local networks, with their range: `192.168.1.40/24`. */
  addresses: readonly string[];
  /** Address of the registry; null while none is known. */
  registryUrl: string | null;
  /** The registry's host name has an address; null: not asked. */
  nameResolves: boolean | null;
  /** Null: not asked. */
  registry:
    { answers: true; tookMs: number; aheadMs: number | null } | { answers: false; why: string } | null;
  /** The MQTT connection; null before enrolment. */
  uplink: { kind: 'connecting' | 'connected' | 'waiting'; detail?: string | undefined } | null;
  /** Why nothing can be recorded; null: all is well. */
  ffmpegProblem: string | null;
}

/** One line of the network check. `fix` says what to do; null when nothing is to be done. */
export interface NetworkLine {
  what: 'network' | 'dns' | 'registry' | 'clock' | 'mqtt' | 'video';
  ok: boolean;
  detail: string;
  fix: string | null;
}

const clockWarnMs = 5_000;

/** The network check in words, in the order in which one thing needs the other. Pure. */
export function networkLines(facts: NetworkFacts): NetworkLine[] {
  const { addresses, registryUrl, registry, uplink } = facts;
  const lines: NetworkLine[] = [];
  const say = (what: NetworkLine['what'], ok: boolean, detail: string, fix: string | null = null) =>
    void lines.push({ what, ok, detail, fix });

  const places = addresses.join(', ');
  if (addresses.length === 0)
    say('network', false, 'This box has no address in a local network.', 'Plug in the cable; check DHCP.');
  else if (addresses.every((address) => address.startsWith('169.254.'))) {
    const fix = 'Is the cable in a port of the right network (VLAN)? No DHCP server answers there.';
    say('network', false, `This box gave itself the address ${places}.`, fix);
  } else say('network', true, `This box is ${places}.`);

  if (registryUrl !== null) {
    const host = new URL(registryUrl).host;
    if (facts.nameResolves === false) {
      const fix = 'Set a DNS server that works, on the router or on this box.';
      say('dns', false, `The name ${host} is not known here.`, fix);
    } else if (registry?.answers) {
      say('registry', true, `${host} answers in ${registry.tookMs} ms.`);
    } else if (registry) {
      const fix = `Allow outgoing connections to ${host}; check the proxy.`;
      say('registry', false, `${host} does not answer: ${registry.why}`, fix);
    }
    if (registry?.answers && registry.aheadMs !== null && Math.abs(registry.aheadMs) >= clockWarnMs) {
      const seconds = Math.round(Math.abs(registry.aheadMs) / 1_000);
      const direction = registry.aheadMs > 0 ? 'behind' : 'ahead of';
      say('clock', false, `This box's clock is ${seconds} s ${direction} the registry.`, 'Switch on NTP.');
    }
    if (uplink?.kind === 'waiting' && registry?.answers) {
      const fix = 'Allow the outgoing MQTT connection that is named here.';
      say('mqtt', false, `The registry answers, but messages do not pass: ${uplink.detail ?? ''}`, fix);
    }
  }
  if (facts.ffmpegProblem !== null) say('video', false, facts.ffmpegProblem, 'Install ffmpeg on this box.');
  return lines;
}
