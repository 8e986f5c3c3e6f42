import { open } from 'node:fs/promises';
import { z } from 'zod';
import { queryOf, type Filter } from './cameras.js';
import { saveTo } from './files.js';
import { mention, show } from './output.js';
import { PartlyDone } from './partly-done.js';
import { openClient, type ClientFlags } from './sign-in.js';
import { UsageError } from './usage-error.js';

const report = z.looseObject({
  lines: z.number(),
  valid: z.number(),
  faulty: z.number(),
  faults: z.array(z.object({ line: z.number(), column: z.string(), detail: z.string() })),
  ignored: z.array(z.string()),
  changes: z.record(z.string(), z.number()),
  operation: z.looseObject({ id: z.string() }).nullable(),
});

/** As the registry takes them. */
const largestBytes = 10 * 1024 * 1024;

async function readList(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${path} cannot be read (${error.code}).`);
  });
  try {
    const { size } = await file.stat();
    if (size > largestBytes) throw new UsageError(`${path} is over 10 MB. Import it in pieces.`);
    return new Uint8Array(await file.readFile());
  } finally {
    await file.close();
  }
}

/**
 * Binds, names and tags cameras by a CSV file (R40). Throws {@link PartlyDone} with the lines that were left out;
 * with `atomic` nothing is done while there are any.
 */
export async function importCameras(
  path: string,
  flags: ClientFlags & { dryRun?: true; atomic?: true },
): Promise<void> {
  const client = await openClient(flags, process.env);
  const query = new URLSearchParams({
    dryRun: String(flags.dryRun === true),
    atomic: String(flags.atomic === true),
  });
  const told = await client.upload(
    `/cameras:import?${query.toString()}`,
    'text/csv',
    await readList(path),
    report,
  );
  const { valid, lines, changes, operation, faults, faulty, ignored } = told;
  const counts = Object.entries(changes)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ');
  const begun =
    operation === null ? 'Nothing was changed yet.' : `Under way: gantry-registry op show ${operation.id}`;
  show(
    flags.json,
    told,
    `${valid} of ${lines} lines are valid: ${counts === '' ? 'nothing to do' : counts}.\n${begun}`,
  );
  if (ignored.length > 0) mention(`Columns that mean nothing here: ${ignored.join(', ')}.`);
  if (faulty === 0) return;
  const shown = faults.map(({ line, column, detail }) => `  line ${line}, ${column}: ${detail}`);
  if (faulty > shown.length) shown.push(`  … and ${faulty - shown.length} more`);
  const left = faulty === 1 ? '1 line is' : `${faulty} lines are`;
  throw new PartlyDone(`${left} left out:\n${shown.join('\n')}`);
}

/** Writes the cameras of a filter as CSV, which can be edited and imported again. */
export async function exportCameras(flags: ClientFlags & Filter & { out?: string }): Promise<void> {
  const client = await openClient(flags, process.env);
  const wanted = Object.entries(await queryOf(client, flags)).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(wanted as [string, string][]);
  const rows = await client.download(`/cameras:export?${query.toString()}`);
  if (flags.out === undefined) {
    for await (const piece of rows) process.stdout.write(piece);
    return;
  }
  const sizeBytes = await saveTo(flags.out, rows);
  show(flags.json, { file: flags.out, sizeBytes }, `Written to ${flags.out}.`);
}
