import { faultOfSvg, mostImageBytes, readImage } from '@gantry/registry/branding/image.js';
import { expect, test } from 'vitest';

const png = (width: number, height: number, sizeBytes = 33): string => {
  const bytes = Buffer.alloc(sizeBytes);
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]).copy(bytes);
  bytes.writeUInt32BE(13, 8);
  bytes.write('IHDR', 12, 'latin1');
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return `data:image/png;base64,${bytes.toString('base64')}`;
};
const svg = (inside: string, open = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">') =>
  `${open}${inside}</svg>`;

test('a PNG of a sensible size is taken', () => {
  expect(readImage(png(200, 50))).toMatchObject({
    type: 'image/png',
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test.each([
  [png(5_000, 10), '5000 × 10'],
  [png(10, 10, mostImageBytes + 1), 'over 200 KiB'],
  ['data:image/png;base64,R0lGODlhAQABAAAAACw=', 'no PNG'],
  ['data:image/gif;base64,R0lGODlhAQABAAAAACw=', 'data URL'],
  ['https://example.com/logo.png', 'data URL'],
  ['data:image/png,plain', 'data URL'],
])('%.40s… is refused: %s', (url, why) => {
  expect(readImage(url)).toMatchObject({ refused: expect.stringContaining(why) });
});

test.each([
  svg('<path d="M0 0h10v10z" fill="#1c5fb8"/>'),
  `<?xml version="1.0" encoding="UTF-8"?>\n<!-- made by hand -->\n${svg('<g><title>North &amp; Söhne</title><circle cx="5" cy="5" r="4"/></g>')}\n`,
  svg(
    '<defs><linearGradient id="a"><stop offset="0" stop-color="red"/></linearGradient></defs><rect width="9" height="9" fill="url(#a)"/><use href="#a"/>',
  ),
])('harmless: %s', (text) => expect(faultOfSvg(text)).toBeNull());

test.each([
  svg('<script>alert(1)</script>'),
  svg('<SCRIPT href="#a"/>'),
  svg('<path onload="alert(1)"/>'),
  svg('<path onload=alert(1) />'),
  svg('<path/onload="alert(1)"/>'),
  svg('', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">'),
  svg('<image href="https://evil.example/x.png"/>'),
  svg('<use href="https://evil.example/x.svg#a"/>'),
  svg('<use xlink:href="data:image/svg+xml;base64,AAAA#a"/>'),
  svg('<a href="javascript:alert(1)"><path d="M0 0"/></a>'),
  svg('<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>'),
  svg('<style>@import url(https://evil.example/x.css)</style>'),
  svg('<path style="fill:url(https://evil.example)"/>'),
  svg('<path fill="url(https://evil.example#a)"/>'),
  svg('<path fill="\\75rl(https://evil.example#a)"/>'),
  svg('<path fill="u&#114;l(https://evil.example#a)"/>'),
  svg('<animate attributeName="href" to="javascript:alert(1)"/>'),
  svg('<set attributeName="onload" to="alert(1)"/>'),
  `<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>${svg('<text>&x;</text>')}`,
  svg('<![CDATA[<script>alert(1)</script>]]>'),
  `<?xml-stylesheet href="https://evil.example/x.css"?>${svg('')}`,
  svg('<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>'),
  svg('', '<svg xmlns="http://www.w3.org/1999/xhtml">'),
  svg('<path d="M0 0" <script>'),
  svg('<!-- --><script>alert(1)</script><!-- -->'),
  '<html><svg></svg></html>',
  'GIF89a',
  '',
])('refused: %s', (text) => expect(faultOfSvg(text)).not.toBeNull());
