import { cameraId, type CameraId } from '@gantry/protocol/ids.js';
import { mostTags } from '../tag.js';
import type { ImportColumn, ImportLine } from './csv.js';

/** What is wrong with one line of a list. */
export interface LineFault {
  line: number;
  column: ImportColumn;
  code: string;
  /** For a person. */
  detail: string;
}

/** A line as it was meant; null: as it is. */
export interface ImportRow {
  line: number;
  key: { kind: 'id'; value: CameraId } | { kind: 'mac' | 'serial'; value: string };
  name: string | null;
  /** Id or name. */
  customer: string | null;
  plan: string | null;
  tags: string[] | null;
}

const longestName = 200;
const longestTag = 50;

/** Reads a line; of several columns that name the camera, id counts before mac, mac before serial. */
export function readLine({ line, cells }: ImportLine): { row: ImportRow } | { fault: LineFault } {
  const fault = (column: ImportColumn, code: string, detail: string) => ({
    fault: { line, column, code, detail },
  });
  const key = keyOf(cells);
  if ('wrong' in key) return fault(...key.wrong);
  const name = cells.name ?? null;
  if (name !== null && name.length > longestName) {
    return fault('name', 'too_big', `must have at most ${longestName} characters`);
  }
  const tags = cells.tags === undefined ? null : splitTags(cells.tags);
  if (tags !== null && tags.length > mostTags) {
    return fault('tags', 'too_many_tags', `must be at most ${mostTags} tags`);
  }
  if (tags?.some((tag) => tag.length > longestTag)) {
    return fault('tags', 'too_big', `each must have at most ${longestTag} characters`);
  }
  return { row: { line, key, name, customer: cells.customer ?? null, plan: cells.plan ?? null, tags } };
}

function keyOf(
  cells: ImportLine['cells'],
): ImportRow['key'] | { wrong: [column: ImportColumn, code: string, detail: string] } {
  if (cells.id !== undefined) {
    const id = cameraId.safeParse(cells.id);
    return id.success
      ? { kind: 'id', value: id.data }
      : { wrong: ['id', 'invalid_format', 'must be an id like cam_01…'] };
  }
  if (cells.mac !== undefined) {
    const mac = cells.mac.toLowerCase().replaceAll(/[:.\-\s]/g, '');
    return /^[0-9a-f]{12}$/.test(mac)
      ? { kind: 'mac', value: mac }
      : { wrong: ['mac', 'invalid_format', 'must be a MAC address such as 00:40:8c:12:34:56'] };
  }
  if (cells.serial !== undefined) {
    return cells.serial.length <= longestName
      ? { kind: 'serial', value: cells.serial.toLowerCase() }
      : { wrong: ['serial', 'too_big', `must have at most ${longestName} characters`] };
  }
  return { wrong: ['mac', 'required', 'one of id, mac and serial must say which camera'] };
}

const splitTags = (cell: string): string[] => [
  ...new Set(
    cell
      .split(/[;,|]/)
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
  ),
];

/** Lines that name a camera which an earlier line names as well. */
export function repeated(rows: readonly ImportRow[]): LineFault[] {
  const first = new Map<string, number>();
  return rows.flatMap(({ line, key }) => {
    const name = `${key.kind}\0${key.value}`;
    const before = first.get(name);
    if (before === undefined) {
      first.set(name, line);
      return [];
    }
    return [{ line, column: key.kind, code: 'duplicate', detail: `stands in line ${before} already` }];
  });
}
