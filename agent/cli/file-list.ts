import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const maxFiles = 2_000;

/** Names and sizes of the files below a folder, one a line; of their content nothing. */
export async function listFiles(root: string): Promise<string> {
  const names = (await readdir(root, { recursive: true }).catch(() => [])).toSorted((a, b) =>
    a < b ? -1 : 1,
  );
  const lines = await Promise.all(
    names.slice(0, maxFiles).map(async (name) => {
      const found = await stat(join(root, name)).catch(() => null);
      return found?.isFile() ? `${String(found.size).padStart(12)}  ${name}` : null;
    }),
  );
  const left = names.length > maxFiles ? [`… and ${names.length - maxFiles} more`] : [];
  return [...lines.filter((line) => line !== null), ...left].join('\n');
}
