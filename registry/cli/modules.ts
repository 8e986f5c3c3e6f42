import { z } from 'zod';
import { findTenant } from './find.js';
import { show, table } from './output.js';
import { openClient, type ClientFlags } from './sign-in.js';
import type { Kind } from './tenants.js';

const modules = z.looseObject({
  modules: z.array(
    z.looseObject({
      module: z.string(),
      own: z.boolean(),
      effective: z.boolean(),
      because: z.looseObject({ name: z.string() }).nullable(),
    }),
  ),
});

/** Shows what a tenant may use, after switching parts of it off or on (R10). */
export async function tenantModules(
  kind: Kind,
  which: string,
  flags: ClientFlags & { off?: string[]; on?: string[] },
): Promise<void> {
  const client = await openClient(flags, process.env);
  const { id, version } = await findTenant(client, kind, which);
  const path = `/tenants/${id}/modules`;
  let found = await client.get(path, modules);
  if (flags.off !== undefined || flags.on !== undefined) {
    const off = new Set(found.modules.filter(({ own }) => !own).map(({ module }) => module));
    for (const module of flags.off ?? []) off.add(module);
    for (const module of flags.on ?? []) off.delete(module);
    found = await client.put(path, { body: { off: [...off] }, version }, modules);
  }
  const rows = found.modules.map((one) => [
    one.module,
    one.effective ? 'on' : 'off',
    one.because === null ? '' : `switched off at ${one.because.name}`,
  ]);
  show(flags.json, { id, ...found }, table(['MODULE', '', 'WHY'], rows));
}
