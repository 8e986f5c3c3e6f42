import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { verifyEvidence, type EvidenceReport } from '../evidence/verify.js';
import { exitCodes } from './exit-codes.js';
import { show } from './output.js';
import { UsageError } from './usage-error.js';

/** Says whether an evidence file is as it was recorded; needs nothing but the file. Exit code 1 when it is not. */
export async function verify(file: string, flags: { json?: true }): Promise<void> {
  await access(file).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file} cannot be read (${error.code}). Check the path.`);
  });
  const report = await verifyEvidence(createReadStream(file));
  const whole = report.faults.length === 0;
  const { manifest, proven, lost, unsigned, faults } = report;
  const said = {
    whole,
    proven,
    lost,
    unsigned,
    faults,
    camera: manifest?.camera ?? null,
    keys: keysOf(report),
  };
  show(flags.json, said, textOf(report));
  if (!whole) process.exitCode = exitCodes.failure;
}

const keysOf = ({ manifest }: EvidenceReport): string[] =>
  manifest?.keys.map(({ thumbprint }) => thumbprint) ?? [];

function textOf(report: EvidenceReport): string {
  const { manifest, proven, lost, unsigned, faults } = report;
  const lines: string[] = [];
  if (manifest !== null) {
    lines.push(`camera    ${manifest.camera.name} (${manifest.camera.id})`);
    lines.push(`time      ${manifest.from} to ${manifest.to}`);
    lines.push(`exported  ${manifest.statement.exportedAt} by ${manifest.statement.exportedBy}`);
    for (const key of keysOf(report)) lines.push(`key       ${key}`);
    lines.push(`segments  ${proven} proven, ${lost} lost, ${unsigned} unsigned`);
  }
  lines.push(...faults.map(({ sentence }) => `FAULT     ${sentence}`));
  lines.push(
    faults.length > 0
      ? 'This file is not as it was recorded.'
      : proven === 0
        ? 'Nothing was altered since the export, but no agent signed these segments.'
        : 'Nothing was altered, removed or moved since it was recorded.',
  );
  return `${lines.join('\n')}\n`;
}
