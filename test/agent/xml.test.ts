import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { childAt, descendantsNamed, escapeXml, parseXml, textAt } from '@gantry/agent/xml.js';

describe('XML from a device', () => {
  it('is read without prefixes, with references decoded and nothing turned into numbers (Q23)', () => {
    const root = parseXml(
      '<t:a x:y="1&amp;2"><q:n>404754734001050102</q:n><v>2.40</v><t>a&lt;&#x42;&#67;&nope;<![CDATA[<d>]]></t></t:a>',
    );
    expect(root?.attributes).toEqual({ y: '1&2' });
    expect(textAt(root, 'n')).toBe('404754734001050102');
    expect(textAt(root, 'v')).toBe('2.40');
    expect(textAt(root, 't')).toBe('a<BC&nope;<d>');
    expect(textAt(root, 'missing', 'deeper')).toBeNull();
  });

  it('may close elements badly (Q36)', () => {
    const root = parseXml('<a><tt:TLS1.2>true</tt:TLS1.2 ><tt:Major>1</tt:Major><tt:Major>2</tt:Major></a>');
    expect(descendantsNamed(root, 'Major').map(({ text }) => text)).toEqual(['1', '2']);
    expect(childAt(root, 'TLS1.2')?.text).toBe('true');
  });

  it.each([
    '',
    'text',
    '<',
    '<a',
    '<!DOCTYPE a><a/>',
    '<!ENTITY b "c">',
    '<a><__proto__>x</__proto__></a>',
    '<a>'.repeat(100),
  ])('is refused as %j', (source) => {
    expect(parseXml(source)).toBeNull();
  });

  it('never throws and pollutes no prototype, whatever it is (property)', () => {
    const piece = fc.constantFrom(
      '<a>',
      '</a>',
      '<b x="',
      '"',
      '>',
      '&amp;',
      '&#1;',
      '<constructor>',
      '<__proto__ a="1">',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '<?',
      'x',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const root = parseXml(pieces.join(''));
        expect(root === null || typeof root.name === 'string').toBe(true);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('of a mebibyte is refused or read within a moment', () => {
    for (const filler of ['<', '<a>b</a>', '<a x="1">', '&amp;', '<![CDATA[', '<!--', '</b>']) {
      const startMs = performance.now();
      parseXml(`<r>${filler.repeat(Math.floor(2 ** 20 / filler.length))}</r>`);
      expect(performance.now() - startMs).toBeLessThan(5_000);
    }
  });

  it('carries any text through escaping and back (property)', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\w&<>"'é]+$/), (text) => {
        expect(parseXml(`<a x="${escapeXml(text)}">${escapeXml(text)}</a>`)).toMatchObject({
          text,
          attributes: { x: text },
        });
      }),
    );
  });
});
