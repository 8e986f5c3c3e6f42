import type { Source } from './sighting.js';

/** A host that some service announcement makes worth a look; not a camera before it answers as one. */
export interface Candidate {
  source: Extract<Source, 'mdns' | 'ssdp'>;
  /** The IP that answered. */
  address: string;
  /** RTSP ports it names. */
  rtspPorts: number[];
  name: string | null;
  mac: string | null;
}

export interface Candidates {
  hear(candidate: Candidate): void;
  list(): readonly Candidate[];
  /** Resolves when everything heard so far was looked at. */
  settled(): Promise<void>;
}

/** Bounds what forged announcements can cause. */
const maxCandidates = 256;

/**
 * Has each host that announces itself asked, at the ports it names and, unless all hosts are swept anyway, at the usual
 * ones: `survey` is called once for each of its ports.
 */
export function createCandidates(o: {
  mayContact: (ip: string) => boolean;
  isSwept: (ip: string) => boolean;
  usualRtspPorts: readonly number[];
  survey: (candidate: Candidate, o: { rtspPorts: number[]; usualHttpPorts: boolean }) => Promise<unknown>;
}): Candidates {
  const heard: Candidate[] = [];
  const known = new Set<string>();
  const askedPorts = new Map<string, Set<number>>();
  const surveys: Promise<unknown>[] = [];
  return {
    hear: (candidate) => {
      const key = JSON.stringify(candidate);
      if (!o.mayContact(candidate.address) || known.has(key) || heard.length >= maxCandidates) return;
      known.add(key);
      heard.push(candidate);
      const usual = o.isSwept(candidate.address) ? [] : o.usualRtspPorts;
      const asked = askedPorts.get(candidate.address);
      const rtspPorts = [...new Set([...candidate.rtspPorts, ...usual])].filter(
        (port) => !asked?.has(port) && (usual.length > 0 || !o.usualRtspPorts.includes(port)),
      );
      askedPorts.set(candidate.address, new Set([...(asked ?? []), ...rtspPorts]));
      const usualHttpPorts = usual.length > 0 && asked === undefined;
      if (rtspPorts.length > 0 || usualHttpPorts)
        surveys.push(o.survey(candidate, { rtspPorts, usualHttpPorts }));
    },
    list: () => heard,
    settled: async () => {
      await Promise.all(surveys);
    },
  };
}
