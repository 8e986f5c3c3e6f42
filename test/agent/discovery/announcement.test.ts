import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDatagram, scopeValue } from '@gantry/agent/discovery/announcement.js';
import { rankXaddrs } from '@gantry/agent/discovery/xaddrs.js';
import { sharedCameras } from '../../support/shared.js';

const recordings = sharedCameras();

const read = (text: string) => readDatagram(Buffer.from(text));
const matches = (text: string) => {
  const datagram = read(text);
  return datagram.kind === 'announcements' ? datagram.announcements : [];
};
const envelope = (body: string, discovery = 'http://schemas.xmlsoap.org/ws/2005/04/discovery') =>
  `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:d="${discovery}"><s:Body>${body}</s:Body></s:Envelope>`;
const match = (o: { endpoint?: string; types?: string; scopes?: string; xaddrs?: string } = {}) =>
  '<d:ProbeMatch>' +
  `<a:EndpointReference><a:Address>${o.endpoint ?? 'urn:uuid:1'}</a:Address></a:EndpointReference>` +
  (o.types === undefined ? '' : `<d:Types>${o.types}</d:Types>`) +
  (o.scopes === undefined ? '' : `<d:Scopes>${o.scopes}</d:Scopes>`) +
  (o.xaddrs === undefined ? '' : `<d:XAddrs>${o.xaddrs}</d:XAddrs>`) +
  '</d:ProbeMatch>';
const nvt = { types: 'dn:NetworkVideoTransmitter' };

describe.skipIf(recordings === null)(
  'recorded announcements (../shared/cameras; skipped where absent)',
  () => {
    const recorded = (file: string) => matches(readFileSync(`${recordings}/discovery/${file}`, 'utf8'));

    it('of an Axis over several lines, with TLS and link-local copies (Q02, Q03)', () => {
      const [axis] = recorded('axis-M2036-LE.ProbeMatches.xml');
      expect(axis).toMatchObject({
        endpoint: 'e83a0086-3fdc-4d87-b8c4-83c0a16ad9f4',
        name: 'AXIS M2036-LE',
        model: 'M2036-LE',
        isCamera: true,
      });
      expect(axis?.xaddrs).toHaveLength(4);
      expect(rankXaddrs(axis?.xaddrs ?? [], '192.168.0.90')).toEqual([
        'http://192.168.0.90/onvif/device_service',
        'https://192.168.0.90/onvif/device_service',
      ]);
    });

    it("of a Dahua's Hello without urn: (Q06)", () => {
      expect(recorded('dahua-IPC-HFW2228M-I1-V2.Hello.xml')).toMatchObject([
        { endpoint: '503b687a-b9d7-474f-a2d0-a18c8b25a464', model: 'IPC-HFW2228M-I1-V2', isCamera: true },
      ]);
    });

    it('of a DVC with an IPv6 link-local copy', () => {
      const [dvc] = recorded('dvc-DCN-BF5365.ProbeMatches.xml');
      expect(rankXaddrs(dvc?.xaddrs ?? [], '10.0.0.7')).toEqual(['http://10.0.0.7/onvif/device_service']);
    });

    it('of a Windows computer, which is no camera (Q08, Q16)', () => {
      expect(recorded('non-camera-wsd-no-xaddrs.ProbeMatches.xml')).toMatchObject([
        { isCamera: false, xaddrs: [] },
      ]);
    });
  },
);

describe('a datagram', () => {
  it('may hold several devices', () => {
    const text = envelope(
      `<d:ProbeMatches>${match({ ...nvt, endpoint: 'a' })}${match({ ...nvt, endpoint: 'b' })}</d:ProbeMatches>`,
    );
    expect(matches(text).map(({ endpoint }) => endpoint)).toEqual(['a', 'b']);
  });

  it('counts whatever message it says it is or relates to (Q07)', () => {
    const header = '<s:Header><w:MessageID>uuid:1</w:MessageID></s:Header>';
    const text = envelope(match(nvt)).replace('<s:Body>', `${header}<s:Body>`);
    expect(matches(text)).toHaveLength(1);
  });

  it('may speak WS-Discovery 2009/01 (Q09)', () => {
    const text = envelope(
      match({ ...nvt, xaddrs: 'http://1.2.3.4/' }),
      'http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01',
    );
    expect(matches(text)).toMatchObject([{ isCamera: true, xaddrs: ['http://1.2.3.4/'] }]);
  });

  it('may be a goodbye, which names who leaves', () => {
    const bye =
      '<d:Bye><a:EndpointReference><a:Address>urn:uuid:ABC-1</a:Address></a:EndpointReference></d:Bye>';
    expect(readDatagram(new TextEncoder().encode(envelope(bye)))).toEqual({
      kind: 'byes',
      endpoints: ['abc-1'],
    });
  });

  it('may lack addresses, types and the endpoint', () => {
    expect(
      matches(envelope('<d:ProbeMatch><d:Scopes>onvif://www.onvif.org/name/x</d:Scopes></d:ProbeMatch>')),
    ).toEqual([
      {
        endpoint: null,
        writtenEndpoint: null,
        xaddrs: [],
        name: 'x',
        model: null,
        mac: null,
        isCamera: true,
      },
    ]);
  });

  it('may break addresses over lines and end them with blanks (Q01, Q02)', () => {
    const [one] = matches(
      envelope(match({ ...nvt, xaddrs: '\n http://10.0.0.5/onvif/device_service \r\n\thttp://x/ ' })),
    );
    expect(one?.xaddrs).toEqual(['http://10.0.0.5/onvif/device_service', 'http://x/']);
  });

  it('may name the MAC in a scope (Q14)', () => {
    const [one] = matches(
      envelope(
        match({ scopes: 'onvif://www.onvif.org/MAC/44:19:B6:00:11:22 onvif://www.onvif.org/name/%ZZ' }),
      ),
    );
    expect(one).toMatchObject({ mac: '4419b6001122', name: '%ZZ' });
  });

  it.each([
    ['wsdp:Device pub:Computer', undefined, false],
    ['wprt:PrintDeviceType', 'http://10.0.0.9:5357/x', false],
    [undefined, 'http://10.0.0.9/x', true],
    [undefined, undefined, false],
  ])('of types %j with address %j is of a camera: %s', (types, xaddrs, expected) => {
    const o = { ...(types === undefined ? {} : { types }), ...(xaddrs === undefined ? {} : { xaddrs }) };
    expect(matches(envelope(match(o)))[0]?.isCamera).toBe(expected);
  });

  it.each([
    ['another agent asking', envelope('<d:Probe/>'), 'other'],
    ['a Bye of nobody', envelope('<d:Bye><a:EndpointReference/></d:Bye>'), 'other'],
    ['nothing', '', 'malformed'],
    ['no XML', 'M-SEARCH * HTTP/1.1\r\n\r\n', 'malformed'],
    ['a document type', '<!DOCTYPE x [<!ENTITY a "b">]>' + envelope(match(nvt)), 'malformed'],
    ['half an envelope', '<s:Envelope><s:Bo', 'malformed'],
    ['deep nesting', '<a>'.repeat(20_000), 'malformed'],
  ])('that is %s is %s', (_what, text, kind) => {
    expect(read(text).kind).toBe(kind);
  });

  it('never throws, whatever the bytes (property)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        expect(['announcements', 'byes', 'other', 'malformed']).toContain(readDatagram(bytes).kind);
      }),
      { numRuns: 500 },
    );
  });

  it('never throws, however a good one is damaged (property)', () => {
    const good = envelope(
      match({ ...nvt, scopes: 'onvif://www.onvif.org/name/a%20b', xaddrs: 'http://10.0.0.5/ &amp;&#x41;' }),
    );
    const damage = fc.array(
      fc.tuple(
        fc.nat(good.length),
        fc.nat(40),
        fc.constantFrom('', '<', '>', '&', '"', '</', '<![CDATA[', '<!--', '<__proto__>', '\0', '<?'),
      ),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(damage, (cuts) => {
        const text = cuts.reduce(
          (now, [at, length, put]) => now.slice(0, at) + put + now.slice(at + length),
          good,
        );
        expect(['announcements', 'byes', 'other', 'malformed']).toContain(read(text).kind);
      }),
      { numRuns: 1_000 },
    );
  });

  it('of the largest size is read within a moment', () => {
    const startMs = performance.now();
    for (const filler of [
      '<',
      '<a>b</a>',
      '<a x="',
      '&#65;',
      '<!--',
      '</b>',
      'onvif://www.onvif.org/name/ ',
    ]) {
      read(envelope(match({ scopes: filler.repeat(65_000 / filler.length).slice(0, 64_000) })));
    }
    expect(performance.now() - startMs).toBeLessThan(10_000);
  });
});

describe('a scope', () => {
  it.each([
    [['onvif://www.onvif.org/name/Front%20Door'], 'Front Door'],
    [['ONVIF://WWW.ONVIF.ORG/NAME/x'], 'x'],
    [['onvif://www.onvif.org/name/'], null],
    [['onvif://www.onvif.org/location/x'], null],
    [['onvif://www.onvif.org/name/%E0%A4%A'], '%E0%A4%A'],
  ])('%j names %j', (scopes, name) => {
    expect(scopeValue(scopes, 'name')).toBe(name);
  });
});
