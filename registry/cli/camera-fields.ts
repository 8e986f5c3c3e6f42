import { z } from 'zod';
import { changeMany, findCameraIds } from './cameras.js';
import { findCamera } from './find.js';
import { wholeNumber } from './keys.js';
import { show } from './output.js';
import { openClient, type ClientFlags } from './sign-in.js';
import { UsageError } from './usage-error.js';

const versioned = z.looseObject({ name: z.string(), version: z.number() });

export async function renameCamera(which: string, flags: ClientFlags & { name?: string }): Promise<void> {
  if (flags.name === undefined) throw new UsageError('Say what it is called: --name "Dock door"');
  const client = await openClient(flags, process.env);
  const { id } = await findCamera(client, which);
  const { version } = await client.get(`/cameras/${id}`, versioned);
  const changed = await client.patch(`/cameras/${id}`, { body: { name: flags.name }, version }, versioned);
  show(flags.json, changed, `Changed ${changed.name}  ${id}`);
}

const recording = z.looseObject({
  mode: z.string(),
  stream: z.string(),
  retentionDays: z.number(),
  motion: z.unknown(),
  scheduleWindows: z.unknown(),
});
const recorded = versioned.extend({ recording });

/** Changes how one camera is recorded; what no flag names stays as it is. */
export async function changeRecording(
  which: string,
  flags: ClientFlags & { mode?: string; stream?: string; days?: string },
): Promise<void> {
  if (flags.mode === undefined && flags.stream === undefined && flags.days === undefined) {
    throw new UsageError('Say what changes: --mode motion, --stream sub or --days 7');
  }
  const client = await openClient(flags, process.env);
  const { id } = await findCamera(client, which);
  const { version, recording: now } = await client.get(`/cameras/${id}`, recorded);
  const body = {
    mode: flags.mode ?? now.mode,
    stream: flags.stream ?? now.stream,
    retentionDays: flags.days === undefined ? now.retentionDays : wholeNumber(flags.days, '--days'),
    motion: now.motion,
    scheduleWindows: now.scheduleWindows,
  };
  const changed = await client.put(`/cameras/${id}/recording`, { body, version }, recorded);
  const { mode, stream, retentionDays } = changed.recording;
  show(flags.json, changed, `${changed.name}: ${mode}, ${stream} stream, kept for ${retentionDays} days`);
}

export async function tagCameras(
  which: readonly string[],
  flags: ClientFlags & { add?: string[]; remove?: string[] },
): Promise<void> {
  const { add = [], remove = [] } = flags;
  if (add.length + remove.length === 0)
    throw new UsageError('Say which words: --add outside or --remove outside');
  const client = await openClient(flags, process.env);
  const body = { ids: await findCameraIds(client, which), add, remove };
  await changeMany(client, { verb: 'tag', past: 'Tagged' }, body, flags);
}
