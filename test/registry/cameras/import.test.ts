import { readImport } from '@gantry/registry/cameras/import/csv.js';
import { readLine, repeated, type ImportRow } from '@gantry/registry/cameras/import/rows.js';
import { describe, expect, test } from 'vitest';

/** Text in pieces of a few bytes, as a network may bring it. */
async function* inPieces(text: string | Uint8Array, sizeBytes = 3): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text as string);
  for (let at = 0; at < bytes.length; at += sizeBytes) yield bytes.subarray(at, at + sizeBytes);
}
const read = (text: string) => readImport(inPieces(text));

describe('a list', () => {
  test('may come with a byte order mark, semicolons, quotes, blank lines and columns in any order', async () => {
    const { lines, ignored } = await read(
      '\uFEFFName;MAC Address;Colour;customer\r\n"Door; left";00:40:8C:00:00:01;red;Bäckerei\r\n\r\n;;;\r\n"Two\nlines";2;;\r\n',
    );
    expect(ignored).toEqual(['Colour']);
    expect(lines).toEqual([
      { line: 2, cells: { name: 'Door; left', mac: '00:40:8C:00:00:01', customer: 'Bäckerei' } },
      { line: 6, cells: { name: 'Two\nlines', mac: '2' } },
    ]);
  });

  test('of 20,000 lines is read, and one more is refused', async () => {
    const lines = Array.from({ length: 20_000 }, (_, n) => `s${n}`).join('\n');
    expect((await readImport(inPieces(`serial\n${lines}`, 65_536))).lines).toHaveLength(20_000);
    await expect(readImport(inPieces(`serial\n${lines}\none more`, 65_536))).rejects.toMatchObject({
      code: 'invalid',
      fields: [{ code: 'too_big' }],
    });
  });

  test.each([
    ['nothing at all', ''],
    ['no column that names a camera', 'name,customer\na,b'],
    ['a quote that never ends', 'mac\n"00'],
    ['a line without end', `mac\n${'x'.repeat(30_000)}`],
  ])('is refused with a reason when it has %s', async (_name, text) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'invalid' });
  });

  test('that breaks on the way is that failure, and hangs nowhere', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('mac\n00');
      throw new Error('the connection broke');
    }
    await expect(readImport(broken())).rejects.toThrow('the connection broke');
  });
});

describe('a line', () => {
  test.each([
    [{ id: 'cam_01ARZ3NDEKTSV4RRFFQ69G5FAV', mac: 'x' }, { kind: 'id' }],
    [
      { mac: '00-40-8C-AA-BB-CC', serial: 's' },
      { kind: 'mac', value: '00408caabbcc' },
    ],
    [{ mac: '0040.8caa.bbcc' }, { kind: 'mac', value: '00408caabbcc' }],
    [{ serial: 'ACCC8E00' }, { kind: 'serial', value: 'accc8e00' }],
  ])('%j names its camera', (cells, key) => {
    expect(readLine({ line: 2, cells })).toMatchObject({ row: { line: 2, key } });
  });

  test.each([
    [{}, 'mac', 'required'],
    [{ id: 'door' }, 'id', 'invalid_format'],
    [{ mac: '00:40' }, 'mac', 'invalid_format'],
    [{ serial: 's', name: 'x'.repeat(201) }, 'name', 'too_big'],
    [{ serial: 's', tags: 'x'.repeat(51) }, 'tags', 'too_big'],
    [{ serial: 's', tags: Array.from({ length: 21 }, (_, n) => n).join(';') }, 'tags', 'too_many_tags'],
  ])('%j is wrong in one column', (cells, column, code) => {
    expect(readLine({ line: 7, cells })).toMatchObject({ fault: { line: 7, column, code } });
  });

  test('tags are split, each once; an empty cell says nothing', () => {
    const tags = (cell?: string) =>
      (
        readLine({ line: 2, cells: { serial: 's', ...(cell === undefined ? {} : { tags: cell }) } }) as {
          row: ImportRow;
        }
      ).row.tags;
    expect(tags('a; b,a|c')).toEqual(['a', 'b', 'c']);
    expect(tags()).toBeNull();
  });

  test('that names the camera of an earlier one says which', () => {
    const row = (line: number, value: string) =>
      (readLine({ line, cells: { mac: value } }) as { row: ImportRow }).row;
    const rows = [row(2, '00408caabbcc'), row(3, '00408caabbcd'), row(4, '00:40:8C:AA:BB:CC')];
    expect(repeated(rows)).toMatchObject([
      { line: 4, code: 'duplicate', detail: 'stands in line 2 already' },
    ]);
  });
});
