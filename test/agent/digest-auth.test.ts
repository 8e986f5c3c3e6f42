import { authorizationFor, parseChallenges, strongestChallenge } from '@gantry/agent/digest-auth.js';
import { describe, expect, it } from 'vitest';

const challengeOf = (...headers: string[]) => {
  const challenge = strongestChallenge(parseChallenges(headers));
  if (challenge === null) throw new Error('no challenge in the headers');
  return challenge;
};

const parametersOf = (authorization: string) =>
  new Map(
    [...authorization.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g)].map(([, name, quoted, bare]) => [
      name,
      quoted ?? bare,
    ]),
  );

const mufasa = { username: 'Mufasa', password: 'Circle of Life' };
const rfc7616 =
  'realm="http-auth@example.org", qop="auth, auth-int", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
const rfc7616Request = {
  method: 'GET',
  uri: '/dir/index.html',
  nonceCount: 1,
  clientNonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
};

describe('the examples of the standards', () => {
  it('RFC 2617 §3.5: MD5 with qop', () => {
    const challenge = challengeOf(
      'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
    );
    const answer = authorizationFor(
      challenge,
      { username: 'Mufasa', password: 'Circle Of Life' },
      { method: 'GET', uri: '/dir/index.html', nonceCount: 1, clientNonce: '0a4f113b' },
    );
    expect(parametersOf(answer).get('response')).toBe('6629fae49393a05397450978507c4ef1');
    expect(parametersOf(answer).get('opaque')).toBe('5ccc069c403ebaf9f0171e9517f40e41');
  });

  it('RFC 2617 §3.5 without qop, as RFC 2069 cameras ask for it', () => {
    const challenge = challengeOf(
      'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"',
    );
    const answer = authorizationFor(
      challenge,
      { username: 'Mufasa', password: 'Circle Of Life' },
      { method: 'GET', uri: '/dir/index.html', nonceCount: 1, clientNonce: '0a4f113b' },
    );
    expect(parametersOf(answer).get('response')).toBe('670fd8c2df070c60b045671b8b24ff02');
  });

  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('RFC 7616 §3.9.1: %s', (algorithm, response) => {
    const answer = authorizationFor(
      challengeOf(`Digest ${rfc7616}, algorithm=${algorithm}`),
      mufasa,
      rfc7616Request,
    );
    expect(parametersOf(answer).get('response')).toBe(response);
    expect(parametersOf(answer).get('algorithm')).toBe(algorithm);
  });

  it('RFC 7617 §2: Basic', () => {
    const answer = authorizationFor(
      challengeOf('Basic realm="WallyWorld"'),
      { username: 'Aladdin', password: 'open sesame' },
      { method: 'GET', uri: '/', nonceCount: 1, clientNonce: 'x' },
    );
    expect(answer).toBe('Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==');
  });
});

describe('a camera offers several logins', () => {
  const md5 = 'Digest realm="a", nonce="1"';
  const sha256 = 'Digest realm="a", nonce="2", algorithm=SHA-256, qop="auth"';
  const basic = 'Basic realm="a"';

  it.each<[string, string[], Record<string, unknown>]>([
    ['SHA-256 after MD5 in two headers', [md5, sha256], { hash: 'sha256' }],
    ['SHA-256 before MD5 in one header', [`${sha256}, ${md5}`], { hash: 'sha256' }],
    ['Basic before Digest', [basic, md5], { scheme: 'digest', hash: 'md5' }],
    ['Basic and Digest in one header', [`${basic}, ${md5}`], { scheme: 'digest', realm: 'a' }],
    ['only Basic', [basic], { scheme: 'basic', realm: 'a' }],
    [
      'an algorithm nobody knows beside Basic',
      ['Digest realm="a", nonce="1", algorithm=SHA-512-256', basic],
      { scheme: 'basic' },
    ],
    ['a scheme nobody knows', ['Bearer realm="x", error="y"', md5], { hash: 'md5' }],
  ])('%s', (_, headers, expected) => {
    expect(challengeOf(...headers)).toMatchObject(expected);
  });

  it.each<[string, Record<string, unknown>]>([
    ['Digest realm="a",nonce="n",stale=TRUE', { stale: true, qop: null, algorithm: null, opaque: null }],
    [
      'digest REALM=bare, NONCE=n2, Algorithm=md5-sess, qop=auth',
      { realm: 'bare', session: true, hash: 'md5', algorithm: 'md5-sess' },
    ],
    [
      'Digest realm="say \\"hi\\", you", nonce="a=b,c", qop="auth-int"',
      { realm: 'say "hi", you', nonce: 'a=b,c', qop: 'auth-int' },
    ],
    [
      'Digest realm="" nonce="no commas" algorithm="SHA256"',
      { realm: '', nonce: 'no commas', hash: 'sha256' },
    ],
  ])('%s is understood', (header, expected) => {
    expect(challengeOf(header)).toMatchObject(expected);
  });

  it.each(['', 'Digest', 'Digest realm="x"', '=,,="', 'Digest realm="a", nonce="1", qop="token"'])(
    '%j offers nothing that can be answered',
    (header) => {
      expect(parseChallenges([header])).toEqual([]);
    },
  );
});

describe('the answer', () => {
  const request = { method: 'DESCRIBE', uri: 'rtsp://c/1', nonceCount: 255, clientNonce: 'cn' };

  it('repeats no parameter that was not in the challenge (Q46)', () => {
    const answer = authorizationFor(challengeOf('Digest realm="r", nonce="n"'), mufasa, request);
    expect([...parametersOf(answer).keys()]).toEqual(['username', 'realm', 'nonce', 'uri', 'response']);
  });

  it('counts the uses of a nonce in hexadecimal', () => {
    const answer = authorizationFor(challengeOf('Digest realm="r", nonce="n", qop="auth"'), mufasa, request);
    expect(parametersOf(answer).get('nc')).toBe('000000ff');
    expect(answer).toContain('qop=auth,');
  });

  it('keeps a quote in a user name inside its quotes', () => {
    const answer = authorizationFor(
      challengeOf('Digest realm="r", nonce="n"'),
      { username: 'a", uri="x', password: 'p' },
      request,
    );
    expect(answer).toContain('username="a\\", uri=\\"x"');
  });

  it('never contains the password', () => {
    for (const header of [
      'Digest realm="r", nonce="n"',
      'Digest realm="r", nonce="n", algorithm=SHA-256-sess, qop="auth"',
    ]) {
      expect(authorizationFor(challengeOf(header), mufasa, request)).not.toContain(mufasa.password);
    }
  });
});
