import { createHash, type Hash } from 'node:crypto';
import {
  decodeTarHeader,
  evidenceManifest,
  manifestName,
  pieceBytes,
  tarBlockBytes,
  tarPadding,
  type EvidenceManifest,
} from '@gantry/protocol/evidence-file.js';
import { chainFaults } from '@gantry/protocol/evidence.js';

/** What is wrong with an evidence file, for a person; `kind` is stable. */
export interface EvidenceFault {
  kind:
    | 'unreadable'
    | 'altered'
    | 'missing_segment'
    | 'unlisted_file'
    | 'bad_signature'
    | 'missing_before'
    | 'out_of_order'
    | 'forked';
  sentence: string;
  /** Bytes of the file that were altered: first, and first after them. Null where nothing was altered in place. */
  bytes: { from: number; to: number } | null;
}

export interface EvidenceReport {
  /** Null when there is none to read. */
  manifest: EvidenceManifest | null;
  /** Segments whose bytes and signature are right. */
  proven: number;
  /** Whose bytes are lost, signed by the agent as such. */
  lost: number;
  /** From agents that signed nothing. */
  unsigned: number;
  /** Empty: nothing was altered, removed or moved. In the order of the file. */
  faults: EvidenceFault[];
}

/** A file in the archive as it was found. */
interface FoundFile {
  /** Where its bytes start in the whole. */
  atByte: number;
  sizeBytes: number;
  sha256: string;
  /** Of each piece of {@link pieceBytes}. */
  pieces: string[];
}

/** Larger than any manifest of three hours. */
const maxManifestBytes = 64 * 1024 * 1024;

class Unreadable extends Error {}

/**
 * Reads an evidence file once and checks everything it says: the bytes of each segment against what its agent
 * signed, the signatures, and the chain, in which nothing can be removed, added or moved unseen.
 */
export async function verifyEvidence(file: AsyncIterable<Uint8Array>): Promise<EvidenceReport> {
  const found = new Map<string, FoundFile>();
  let manifest: EvidenceManifest | null = null;
  const faults: EvidenceFault[] = [];
  const unreadable = (why: string): void =>
    void faults.push({ kind: 'unreadable', sentence: `The file cannot be read: ${why}.`, bytes: null });
  try {
    for await (const entry of entriesOf(file)) {
      if (entry.name !== manifestName) found.set(entry.name, entry);
      else if (entry.text !== null) manifest = evidenceManifest.parse(JSON.parse(entry.text));
    }
    if (manifest === null) unreadable('it has no manifest; its end is missing');
  } catch (error) {
    unreadable(error instanceof Unreadable ? error.message : 'its manifest is damaged');
  }
  const nothing = { manifest, proven: 0, lost: 0, unsigned: 0, faults };
  if (manifest === null) return nothing;

  const signed = manifest.chain.map((link) => link.signed);
  const keys = new Map(manifest.keys.map(({ thumbprint, publicKey }) => [thumbprint, publicKey]));
  const thumbprints = new Map(manifest.chain.map((link) => [link.signed, link.thumbprint]));
  const broken = await chainFaults(signed, (one) => keys.get(thumbprints.get(one) ?? '') ?? null);
  const wrong = new Set(broken.map(({ index }) => index));
  let proven = 0;
  for (const [index, link] of manifest.chain.entries()) {
    const fault = link.file === null ? null : fileFault(link, found.get(link.file));
    if (fault !== null) faults.push(fault);
    for (const { kind } of broken.filter((one) => one.index === index)) {
      faults.push({ kind, sentence: `${nameOf(link)}: ${chainSentences[kind]}.`, bytes: null });
    }
    if (link.file !== null && fault === null && !wrong.has(index)) proven += 1;
  }
  faults.push(...unlisted(manifest, found), ...unsignedFaults(manifest, found));
  return {
    manifest,
    proven,
    lost: manifest.chain.filter((link) => link.file === null).length,
    unsigned: manifest.unsigned.length,
    faults,
  };
}

const chainSentences = {
  bad_signature: 'its signature is not the agent’s',
  missing_before: 'the segment that was recorded before it is not in the file',
  out_of_order: 'it stands in another place than it was recorded in',
  forked: 'it names the same segment before it as another one does',
} as const;

type Link = EvidenceManifest['chain'][number];

const nameOf = ({ signed: { record } }: Link): string =>
  `Segment ${record.segmentId} of ${new Date(record.startedAtMs + record.clockOffsetMs).toISOString()}`;

function fileFault(link: Link, found: FoundFile | undefined): EvidenceFault | null {
  const { sha256 } = link.signed.record;
  if (found === undefined) {
    return {
      kind: 'missing_segment',
      sentence: `${nameOf(link)}: its bytes were removed from the file.`,
      bytes: null,
    };
  }
  if (found.sha256 === sha256) return null;
  const bytes = alteredRange(link, found);
  const within = `bytes ${bytes.from - found.atByte} to ${bytes.to - found.atByte - 1} of it`;
  return {
    kind: 'altered',
    sentence: `${nameOf(link)} was altered: ${within}, bytes ${bytes.from} to ${bytes.to - 1} of the file.`,
    bytes,
  };
}

/** The first piece that differs; the whole segment when the list of pieces does not tell. */
function alteredRange({ pieces }: Link, found: FoundFile): { from: number; to: number } {
  const first = found.pieces.findIndex((hash, index) => hash !== pieces[index]);
  const end = found.atByte + found.sizeBytes;
  if (first === -1) return { from: found.atByte, to: end };
  const from = found.atByte + first * pieceBytes;
  return { from, to: Math.min(from + pieceBytes, end) };
}

function unlisted(manifest: EvidenceManifest, found: ReadonlyMap<string, FoundFile>): EvidenceFault[] {
  const listed = new Set([...manifest.chain, ...manifest.unsigned].map(({ file }) => file));
  return [...found].flatMap(([name, { atByte, sizeBytes }]) =>
    listed.has(name)
      ? []
      : [
          {
            kind: 'unlisted_file' as const,
            sentence: `${name} was added to the file.`,
            bytes: { from: atByte, to: atByte + sizeBytes },
          },
        ],
  );
}

function unsignedFaults(manifest: EvidenceManifest, found: ReadonlyMap<string, FoundFile>): EvidenceFault[] {
  return manifest.unsigned.flatMap(({ file, sha256 }): EvidenceFault[] => {
    const one = found.get(file);
    if (one === undefined) {
      return [
        { kind: 'missing_segment' as const, sentence: `${file} was removed from the file.`, bytes: null },
      ];
    }
    if (one.sha256 === sha256) return [];
    const bytes = { from: one.atByte, to: one.atByte + one.sizeBytes };
    return [{ kind: 'altered', sentence: `${file} was altered.`, bytes }];
  });
}

type Entry = FoundFile & { name: string; text: string | null };

/** Reads a tar in one pass; of the manifest the text, of anything else what its bytes hash to. */
async function* entriesOf(file: AsyncIterable<Uint8Array>): AsyncGenerator<Entry> {
  const bytes = readerOf(file);
  try {
    for (;;) {
      const headerAt = bytes.atByte();
      const block = await bytes.take(tarBlockBytes);
      if (block === null) return;
      const header = decodeTarHeader(block);
      if (header === 'end') return;
      if (header === null)
        throw new Unreadable(`bytes ${headerAt} to ${headerAt + tarBlockBytes - 1} are damaged`);
      const { name, sizeBytes } = header;
      if (name === manifestName && sizeBytes > maxManifestBytes)
        throw new Unreadable('its manifest is too large');
      const atByte = bytes.atByte();
      const whole = createHash('sha256');
      const pieces: string[] = [];
      const texts: Uint8Array[] = [];
      for (let left = sizeBytes; left > 0; left -= Math.min(left, pieceBytes)) {
        const piece = await bytes.take(Math.min(left, pieceBytes));
        if (piece === null) throw new Unreadable(`it ends inside ${name}`);
        whole.update(piece);
        pieces.push(hexOf(createHash('sha256').update(piece)));
        if (name === manifestName) texts.push(piece);
      }
      const text = name === manifestName ? Buffer.concat(texts).toString('utf8') : null;
      yield { name, atByte, sizeBytes, sha256: hexOf(whole), pieces, text };
      await bytes.take(tarPadding(sizeBytes));
    }
  } finally {
    await bytes.close();
  }
}

const hexOf = (hash: Hash): string => hash.digest('hex');

/** Takes exactly so many bytes at a time out of a stream. */
function readerOf(file: AsyncIterable<Uint8Array>) {
  const source = file[Symbol.asyncIterator]();
  let held = Buffer.alloc(0);
  let atByte = 0;
  return {
    atByte: () => atByte,
    /** Null when the stream ends before; not more than a piece is held. */
    async take(count: number): Promise<Buffer | null> {
      const parts = [held];
      let heldBytes = held.byteLength;
      while (heldBytes < count) {
        const { done, value } = await source.next();
        if (done) return null;
        parts.push(Buffer.from(value));
        heldBytes += value.byteLength;
      }
      const joined = parts.length === 1 ? held : Buffer.concat(parts);
      held = joined.subarray(count);
      atByte += count;
      return joined.subarray(0, count);
    },
    close: async (): Promise<void> => void (await source.return?.()),
  };
}
