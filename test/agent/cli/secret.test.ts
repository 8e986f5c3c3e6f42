import { parseDuration } from '@gantry/agent/cli/duration.js';
import { parseLogin, readCameraUrls, readJoinToken, readLogins } from '@gantry/agent/cli/secret.js';
import { encodeJoinToken } from '@gantry/protocol/enrol.js';
import { describe, expect, it } from 'vitest';

describe('what a person gives', () => {
  it.each([
    ['admin:secret', { name: null, username: 'admin', password: 'secret' }],
    ['admin:pa:ss,wo rd', { name: null, username: 'admin', password: 'pa:ss,wo rd' }],
    ['admin:', { name: null, username: 'admin', password: '' }],
    ['192.168.1.20,admin,se,cr:et', { name: '192.168.1.20', username: 'admin', password: 'se,cr:et' }],
    ['cam.local:8554,admin,secret', { name: 'cam.local:8554', username: 'admin', password: 'secret' }],
    ['cam-0011aabb,admin,', { name: 'cam-0011aabb', username: 'admin', password: '' }],
  ])('as login %j is understood', (line, login) => {
    expect(parseLogin(line, 0)).toEqual(login);
  });

  it('as login that cannot be read is refused without repeating it', () => {
    expect(() => parseLogin('secret-without-user', 2)).toThrow(/^Line 3 is neither/);
    expect(() => parseLogin('secret-without-user', 2)).not.toThrow(/secret-without-user/);
  });

  it('as password in an argument is refused', async () => {
    await expect(readCameraUrls('rtsp://admin:secret@10.0.0.7/main')).rejects.toThrow(/use file:PATH/);
    await expect(readLogins('admin:secret')).rejects.toThrow(/file:PATH or -/);
    expect(await readCameraUrls('rtsp://10.0.0.7/main')).toEqual(['rtsp://10.0.0.7/main']);
  });

  it('as join token is read, or told what one looks like', async () => {
    const token = { u: 'https://cams.example.com', k: 'tok_1.secret' };
    expect(await readJoinToken(` ${encodeJoinToken(token)}\n`)).toEqual(token);
    await expect(readJoinToken(encodeJoinToken(token).slice(0, 30))).rejects.toThrow(/begins with gantry1_/);
    await expect(readJoinToken('file:/nowhere/at/all')).rejects.toThrow(/ENOENT/);
  });

  it.each([
    ['30s', 30_000],
    ['10m', 600_000],
    ['1.5h', 5_400_000],
    ['250ms', 250],
    ['5', 5_000],
  ])('as duration %s is %i ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it('as duration that is none is refused', () => {
    expect(() => parseDuration('soon')).toThrow(/no duration/);
  });
});
