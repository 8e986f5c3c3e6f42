import { ffmpegFailure, ownFailure, sourceFailure } from '@gantry/agent/recorder/outcome.js';
import { recorderLine } from '@gantry/agent/recorder/recorder-line.js';
import { parseListLine, parseSegmentFile, segmentFile } from '@gantry/agent/recorder/segment-files.js';
import { segmentSecondsFor } from '@gantry/agent/recorder/segment-length.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newSessionId } from './rig.js';

const line = (given: { video?: 'h264' | 'h265'; audio?: string | null }): string => {
  const { inputOptions, outputOptions } = recorderLine({
    url: 'rtsp://127.0.0.1:1/x',
    video: 'h264',
    audio: null,
    segmentSeconds: 30,
    output: '/x/%06d.mp4',
    ...given,
  });
  return [...inputOptions, '-i', ...outputOptions].join(' ');
};

describe('the recorder line', () => {
  it.each([
    [{ audio: 'aac' }, '-c:a copy'],
    [{ audio: 'pcmu' }, '-c:a aac -b:a 24k -ar 8000 -ac 1'],
    [{ audio: 'pcma' }, '-c:a aac -b:a 24k -ar 8000 -ac 1'],
    [{ audio: 'g726' }, '-an'],
    [{ audio: 'opus' }, '-an'],
    [{ audio: null }, '-allowed_media_types video'],
    [{ video: 'h265' as const }, '-tag:v hvc1'],
  ])('%o is recorded with %s', (given, part) => {
    expect(line(given)).toContain(part);
  });
  it('never tags H.264, which ffmpeg refuses', () => {
    expect(line({ video: 'h264' })).not.toContain('-tag:v');
  });
  it('asks for the input options before -i', () => {
    expect(line({})).toMatch(/-rtsp_transport tcp -timeout 10000000 .*-i .*-f segment -segment_time 30/);
  });
});

describe('names of segment files', () => {
  it('are read as they are written', () => {
    const session = newSessionId();
    fc.assert(
      fc.property(fc.nat({ max: 9_999_999 }), (sequence) => {
        expect(parseSegmentFile(segmentFile(session, sequence))).toEqual({ session, sequence });
      }),
    );
  });
  it.each([
    '',
    'x.mp4',
    'ses_1-000001.mp4',
    'ses_01ARZ3NDEKTSV4RRFFQ69G5FAV-000001.mp4.part',
    '../../etc/passwd',
  ])('refuses %j', (name) => {
    expect(parseSegmentFile(name)).toBeNull();
  });
  it('stand in the segment list with times in seconds', () => {
    const session = newSessionId();
    expect(parseListLine(`/a/b/${segmentFile(session, 7)},4.127083,6.126107`, session)).toEqual({
      sequence: 7,
      startUs: 4_127_083,
      endUs: 6_126_107,
    });
    expect(parseListLine(`${segmentFile(newSessionId(), 7)},0,1`, session)).toBeNull();
    expect(parseListLine(`${segmentFile(session, 7)},,`, session)).toBeNull();
  });
});

describe('reasons', () => {
  it.each([
    [null, { how: 'exited with code 0', stderr: '' }, 'ffmpeg_failed'],
    [null, { how: 'x', stderr: 'a.mp4: No space left on device' }, 'disk_full'],
    [null, { how: 'Cannot find ffmpeg', stderr: '' }, 'ffmpeg_missing'],
    [null, { how: 'spawn ffmpeg ENOENT', stderr: '' }, 'ffmpeg_missing'],
    [{ kind: 'closed', detail: '' }, { how: 'exited with code 0', stderr: '' }, 'source_closed'],
    [{ kind: 'not_found', detail: '' }, { how: 'exited with code 1', stderr: '404' }, 'stream_not_found'],
  ])('%o and %o are %s', (source, exit, reason) => {
    expect(ffmpegFailure(source, exit).reason).toBe(reason);
  });
  it('keep the local address of a stream to themselves', () => {
    const stderr = 'a\nrtsp://127.0.0.1:4711/secret: Invalid data found';
    expect(ffmpegFailure(null, { how: 'exited with code 1', stderr }).detail).toBe(
      'ffmpeg ended (exited with code 1): the stream Invalid data found',
    );
  });
  it('knows no reason from a prototype', () => {
    expect(sourceFailure({ kind: 'constructor', detail: '' }).reason).toBe('source_failed');
  });
  it('tells a full disk from a defect', () => {
    expect(ownFailure(Object.assign(new Error('x'), { code: 'ENOSPC' })).reason).toBe('disk_full');
    expect(ownFailure(new TypeError('x')).reason).toBe('recorder_failed');
  });
});

describe('the length of segments', () => {
  it.each([
    [30, 250_000, 30],
    [300, 250_000, 134],
    [60, 4_000_000, 8],
    [60, 1e9, 2],
    [1, 1e9, 1],
    [60, 0, 60],
  ])('of %i s at %i B/s is %i s', (wanted, bytesPerSecond, seconds) => {
    expect(segmentSecondsFor(wanted, bytesPerSecond)).toBe(seconds);
  });
});
