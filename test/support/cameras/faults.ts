/** What is wrong with a camera at the moment. Everything that answers looks here before it does. */
export interface Faults {
  /** Sockets stay open, nothing comes: media only, or every RTSP answer too. */
  stalled: 'nothing' | 'media' | 'everything';
  /** RTSP connections are cut after this time; null: never. */
  teardownEveryMs: number | null;
  /** Every SETUP is answered 453. */
  refusesSessions: boolean;
  /** After `failures` wrong logins every login is refused for `forMs`. */
  lockOut: { failures: number; forMs: number } | null;
  /** How far the camera's clock is ahead. */
  clockAheadMs: number;
  /** Host named in XAddrs, stream URIs and snapshot URIs instead of the camera's own (Q11, Q52). */
  liesAboutHost: string | null;
  /** Answers and media leave at this pace only. */
  bytesPerSecond: number | null;
  answers: AnswerFault;
  /** SOAP operations answered with ter:ActionNotSupported. */
  refusedOperations: ReadonlySet<string>;
  /** Picture data is damaged and packets go missing. */
  mediaIsCorrupt: boolean;
  /** The main stream shows the sub stream's small picture. */
  isSmall: boolean;
}

/**
 * How SOAP, snapshot and RTSP answers go wrong: `garbage` random bytes, `echo` the request itself (Q38),
 * `truncated` cut in the middle, `html` a login page, `endless` a body that never ends.
 */
export type AnswerFault = 'none' | 'garbage' | 'echo' | 'truncated' | 'html' | 'endless';

export function noFaults(): Faults {
  return {
    stalled: 'nothing',
    teardownEveryMs: null,
    refusesSessions: false,
    lockOut: null,
    clockAheadMs: 0,
    liesAboutHost: null,
    bytesPerSecond: null,
    answers: 'none',
    refusedOperations: new Set(),
    mediaIsCorrupt: false,
    isSmall: false,
  };
}
