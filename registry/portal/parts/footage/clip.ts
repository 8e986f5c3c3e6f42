import type { Clip } from '../../api/schema.js';

export const isBeingMade = ({ state }: Clip): boolean => state === 'queued' || state === 'running';
export const clipFile = ({ id }: Pick<Clip, 'id'>): string => `/api/v1/clips/${id}/file`;
