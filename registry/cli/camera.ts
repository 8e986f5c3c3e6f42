import { z } from 'zod';
import { print, say, table } from './output.js';
import { openClient, type ClientFlags } from './sign-in.js';

const camera = z.looseObject({
  id: z.string(),
  name: z.string(),
  status: z.object({ sentence: z.string() }),
  customer: z.object({ name: z.string() }).nullable(),
});
const cameras = z.object({ items: z.array(camera), next: z.string().nullable() });

/** Lists every camera one can see, page by page. */
export async function listCameras(
  flags: ClientFlags & { json?: true; unbound?: true; customer?: string; text?: string },
): Promise<void> {
  const client = await openClient(flags, process.env);
  const filter = new URLSearchParams({ limit: '200' });
  if (flags.unbound) filter.set('unbound', 'true');
  if (flags.customer !== undefined) filter.set('customer', flags.customer);
  if (flags.text !== undefined) filter.set('text', flags.text);
  const rows: string[][] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    if (cursor !== '') filter.set('cursor', cursor);
    const page: z.infer<typeof cameras> = await client.get(`/cameras?${filter.toString()}`, cameras);
    for (const item of page.items) {
      if (flags.json) print({ v: 1, ...item });
      else rows.push([item.name, item.id, item.customer?.name ?? '—', item.status.sentence]);
    }
    cursor = page.next;
  }
  if (!flags.json) say(table(['CAMERA', 'ID', 'CUSTOMER', 'STATUS'], rows));
}
