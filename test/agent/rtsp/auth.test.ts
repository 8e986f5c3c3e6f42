import { createLogin } from '@gantry/agent/rtsp/auth.js';
import { describe, expect, it } from 'vitest';

const credentials = { username: 'admin', password: 's3cret' };
const digest = (nonce: string, more = '') => [`Digest realm="Cam", nonce="${nonce}"${more}`];
const login = () => createLogin(credentials, () => 'abc');

describe('a login to a camera', () => {
  it('sends nothing until the camera asks', () => {
    expect(login().authorization('OPTIONS', 'rtsp://c/')).toBeNull();
  });

  it('answers the first challenge and keeps answering with it', () => {
    const own = login();
    expect(own.challenged(digest('1'), false)).toEqual({ next: 'retry' });
    expect(own.authorization('DESCRIBE', 'rtsp://c/')).toContain('nonce="1"');
    expect(own.authorization('SETUP', 'rtsp://c/1')).toContain('nonce="1"');
    expect(own.realm()).toBe('Cam');
  });

  it('gives up at once when there are no credentials, but remembers the realm', () => {
    const own = createLogin(null, () => 'abc');
    expect(own.challenged(digest('1'), false)).toEqual({ next: 'give_up', reason: 'no_credentials' });
    expect(own.realm()).toBe('Cam');
  });

  it('never sends a rejected password again, whatever nonce comes', () => {
    const own = login();
    own.challenged(digest('1'), false);
    own.authorization('DESCRIBE', 'rtsp://c/');
    expect(own.challenged(digest('2'), true)).toEqual({ next: 'give_up', reason: 'wrong_credentials' });
    expect(own.authorization('DESCRIBE', 'rtsp://c/')).toBeNull();
    expect(own.challenged(digest('3'), false)).toEqual({ next: 'give_up', reason: 'wrong_credentials' });
  });

  it('takes a new nonce when the camera says the old one is stale, once', () => {
    const own = login();
    own.challenged(digest('1'), false);
    expect(own.challenged(digest('2', ', stale=true'), true)).toEqual({ next: 'retry' });
    expect(own.authorization('PLAY', 'rtsp://c/')).toContain('nonce="2"');
    expect(own.challenged(digest('3', ', stale=true'), true)).toMatchObject({ next: 'give_up' });
  });

  it('takes a silently changed nonce only for a password that worked before', () => {
    const own = login();
    own.challenged(digest('1'), false);
    own.accepted();
    expect(own.challenged(digest('2'), true)).toEqual({ next: 'retry' });
    own.accepted();
    expect(own.challenged(digest('3'), true)).toEqual({ next: 'retry' });
  });

  it('believes a camera that repeats the same nonce: the password is wrong', () => {
    const own = login();
    own.challenged(digest('1'), false);
    own.accepted();
    expect(own.challenged(digest('1', ', stale=true'), true)).toMatchObject({ reason: 'wrong_credentials' });
  });

  it('tells a login it does not speak from a wrong password', () => {
    expect(login().challenged(['NTLM'], false)).toEqual({ next: 'give_up', reason: 'unsupported' });
  });

  it('counts the nonce uses from one for each nonce', () => {
    const own = login();
    own.challenged(digest('1', ', qop="auth"'), false);
    expect(own.authorization('A', 'u')).toContain('nc=00000001');
    expect(own.authorization('B', 'u')).toContain('nc=00000002');
    own.accepted();
    own.challenged(digest('2', ', qop="auth"'), true);
    expect(own.authorization('B', 'u')).toContain('nc=00000001');
  });
});
