import type { Statistics } from '../../api/schema.js';

export const cameraStates = [
  'recording',
  'notRecording',
  'waiting',
  'offline',
  'disabled',
  'unassigned',
] as const satisfies readonly (keyof Statistics['totals']['cameraMs'])[];
export type CameraState = (typeof cameraStates)[number];

export interface Point extends Omit<Statistics['series'][number], 'cameraMs'> {
  atMs: number;
  /** How many cameras were in a state, on average over the time of the point. */
  cameras: Record<CameraState, number>;
}

/** Points as they are shown; today has lasted until now only. Pure. */
export const pointsOf = ({ series, to }: Pick<Statistics, 'series' | 'to'>): Point[] =>
  series.map(({ cameraMs, ...point }, index) => {
    const atMs = Date.parse(point.at);
    const endMs = Date.parse(series[index + 1]?.at ?? to);
    const cameras = Object.fromEntries(
      cameraStates.map((state) => [state, cameraMs[state] / Math.max(1, endMs - atMs)]),
    ) as Record<CameraState, number>;
    return { ...point, atMs, cameras };
  });
