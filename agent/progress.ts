import type { AccessState } from '@gantry/protocol/camera.js';

/** What `gantry up` tells the person who watches it start. */
export type Progress =
  | { step: 'key'; made: boolean; thumbprint: string }
  /** The on-site page is served there. */
  | { step: 'page'; url: string; pin: string }
  /** Nobody has said where the registry is; a join token pasted on the on-site page does. */
  | { step: 'needs_token' }
  | { step: 'enrolling'; registryUrl: string; problem: string; retryInMs: number }
  | {
      /** A person has to let this box in: by the page at `url`, where the code and the words stand too. */
      step: 'needs_approval';
      code: string;
      url: string;
      words: readonly string[];
      /** Box clock, epoch ms. */
      expiresAtMs: number;
    }
  | {
      step: 'enrolled';
      agentId: string;
      agentName: string;
      integratorName: string;
      registryUrl: string;
      /** Who let the box in by its code; null where a token did. */
      approvedBy: string | null;
      now: boolean;
    }
  | { step: 'ffmpeg'; problem: string }
  | { step: 'connected' }
  | { step: 'disconnected'; why: 'denied' | 'unreachable' | 'lost'; detail: string }
  | { step: 'found'; cameras: FoundCamera[]; notes: readonly string[] }
  | {
      step: 'registered';
      cameras: number;
      problems: { localId: string; outcome: string; detail: string | null }[];
    }
  | { step: 'recording'; recording: number; wanted: number };

export interface FoundCamera {
  localId: string;
  name: string;
  address: string;
  model: string | null;
  access: AccessState;
  reason: string | null;
}
