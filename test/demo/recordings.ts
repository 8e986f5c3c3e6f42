import type { Api } from '../support/api.js';

interface ListedCamera {
  id: string;
  name: string;
  status: { chip: string };
}

export interface Playable {
  cameras: ListedCamera[];
  /** HLS playlist of the newest minutes of one camera. */
  url: string;
}

/** Once every one of `wanted` cameras records and has something to play; null before. */
export async function findPlayable(api: Api, wanted: number): Promise<Playable | null> {
  const { items: cameras } = await api.get<{ items: ListedCamera[] }>('/cameras?limit=200');
  if (cameras.length < wanted || cameras.some(({ status }) => status.chip !== 'recording')) return null;
  const to = new Date(Date.now() + 60_000).toISOString();
  const from = new Date(Date.now() - 600_000).toISOString();
  for (const camera of cameras) {
    const { recordings } = await api.get<{ recordings: unknown[] }>(
      `/cameras/${camera.id}/recordings?from=${from}&to=${to}`,
    );
    if (recordings.length === 0) return null;
  }
  const first = cameras[0] as ListedCamera;
  const { url } = await api.post<{ url: string }>(`/cameras/${first.id}/playback`, { from, to });
  return { cameras, url };
}
