import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sharedCameras } from '../support/shared.js';
import { repositoryRoot } from '../support/source-files.js';

/** Where a quirk is proven: a file below `test/agent` and words of the test's name; or why it cannot happen. */
type Proof = { file: string; test: string } | { why: string };

const proofs: Record<string, Proof> = {
  Q01: { file: 'discovery/announcement', test: 'may break addresses over lines and end them with blanks' },
  Q02: {
    file: 'discovery/announcement',
    test: 'of an Axis over several lines, with TLS and link-local copies',
  },
  Q03: {
    file: 'discovery/announcement',
    test: 'of an Axis over several lines, with TLS and link-local copies',
  },
  Q04: { file: 'discovery/scan', test: 'takes two cameras with one endpoint reference for two' },
  Q05: { file: 'discovery/merge', test: 'an endpoint that changes from answer to answer is none' },
  Q06: { file: 'discovery/announcement', test: "of a Dahua's Hello without urn:" },
  Q07: { file: 'discovery/announcement', test: 'counts whatever message it says it is or relates to' },
  Q08: { file: 'discovery/sources', test: 'asks a camera that leaves out its addresses for them' },
  Q09: { file: 'discovery/announcement', test: 'may speak WS-Discovery 2009/01' },
  Q10: { file: 'discovery/merge', test: 'answers that come twice and differ in their addresses make one' },
  Q11: { file: 'discovery/scan', test: 'dials the address that answered, whatever address the camera names' },
  Q12: { file: 'onvif/read', test: 'goes on to the next address when the first is dead' },
  Q13: { file: 'discovery/scan', test: 'finds cameras that answer to one type of probe only' },
  Q14: { file: 'discovery/announcement', test: 'may name the MAC in a scope' },
  Q15: { file: 'discovery/scan', test: 'finds a camera that only unicast reaches' },
  Q16: { file: 'discovery/announcement', test: 'of a Windows computer, which is no camera' },
  Q20: { file: 'cameras/merge', test: 'one serial on two units with their own MACs' },
  Q21: { file: 'cameras/identity-keys', test: 'leave out the made-up serial' },
  Q22: { file: 'onvif/recordings', test: '%s says who it is' },
  Q23: { file: 'onvif/quirks', test: 'keeps an 18-digit serial and a firmware "2.40" as they are' },
  Q24: { file: 'device-ids', test: 'of the MAC %j is %j' },
  Q25: { file: 'onvif/quirks', test: 'and what is missing as null' },
  Q30: { file: 'onvif/quirks', test: 'falls back to GetCapabilities where GetServices is refused' },
  Q31: { file: 'onvif/quirks', test: 'passes over a Media2 that dies with an HTML error page' },
  Q32: { file: 'onvif/answers', test: 'a fault with status 200' },
  Q33: { file: 'onvif/answers', test: 'a fault only whose subcode tells' },
  Q34: { file: 'onvif/answers', test: 'words only' },
  Q35: {
    file: 'onvif/quirks',
    test: 'logs in with the HTTP date as clock where the time itself wants a login',
  },
  Q36: { file: 'onvif/answers', test: 'gives the time only when it is one' },
  Q37: { file: 'onvif/events', test: 'with an unreadable time has none' },
  Q38: { file: 'onvif/answers', test: 'our own request' },
  Q39: { file: 'onvif/answers', test: 'half of the response' },
  Q40: { why: 'GetEventProperties is never asked: topics are recognised in the notifications themselves' },
  Q41: { file: 'onvif/events', test: 'that grants a minute, with a prefix it never declared' },
  Q42: { file: 'onvif/read', test: 'logs in to a camera whose clock is %d ms off' },
  Q43: { file: 'onvif/quirks', test: 'says when the camera has locked the account' },
  Q44: { file: 'onvif/quirks', test: 'asks one request at a time' },
  Q45: { file: 'rtsp/bridge', test: 'MD5, then SHA-256' },
  Q46: { file: 'digest-auth', test: 'repeats no parameter that was not in the challenge' },
  Q50: { file: 'onvif/answers', test: 'carries falsy and hostile profile tokens as they are' },
  Q51: {
    file: 'onvif/quirks',
    test: 'offers the streams of profiles without encoders where no profile has one',
  },
  Q52: { file: 'onvif/quirks', test: 'strips the login, line breaks and the host from a stream address' },
  Q53: { file: 'onvif/quirks', test: 'chooses streams by quality, not by order, and MJPEG last' },
  Q54: { file: 'onvif/read', test: 'refuses %s for a picture' },
  Q55: { file: 'onvif/read', test: 'takes the video sources of a recorder for channels' },
  Q60: { file: 'rtsp/bridge', test: 'a killed ffmpeg frees the slot of the camera' },
  Q61: { file: 'rtsp/bridge-quirks', test: 'asks OPTIONS where the camera knows no GET_PARAMETER' },
  Q62: { file: 'rtsp/bridge', test: 'SHA-256, which ffmpeg 5.1 cannot do' },
  Q63: { file: 'rtsp/describe', test: 'keeps the case of the path' },
  Q64: { file: 'recorder/recorder', test: 'gives up a frozen camera after 10 s without a byte' },
  Q70: { file: 'onvif/events', test: 'its slot is free afterwards' },
  Q71: { file: 'onvif/events', test: 'where a subscription is asked' },
  Q72: { file: 'onvif/events', test: 'that answers every pull with a fault, are asked for ever more seldom' },
};

describe('the quirks seen in the field', () => {
  const shared = sharedCameras();
  it.skipIf(shared === null)(
    'each have a proof or a reason (../shared/cameras; skipped where absent)',
    () => {
      const list = readFileSync(join(shared ?? '', 'quirks.md'), 'utf8');
      const numbers = [...list.matchAll(/^(Q\d{2})\b/gm)].map(([, number]) => number ?? '');
      expect(numbers.length).toBeGreaterThan(40);
      expect(numbers.filter((number) => !(number in proofs))).toEqual([]);
    },
  );

  it.each(Object.entries(proofs))('%s is proven where it says', (_number, proof) => {
    if ('why' in proof) expect(proof.why.length).toBeGreaterThan(20);
    else {
      const text = readFileSync(join(repositoryRoot, 'test/agent', `${proof.file}.test.ts`), 'utf8');
      expect(text.replaceAll(String.raw`\'`, "'")).toContain(proof.test);
    }
  });
});
