import type { Preferences } from '../../api/schema.js';
import { readCameraFilters, type CameraFilters } from './route.js';

export type View = Preferences['views'][number];

const page = 'cameras';
export const isOfCameras = (view: View): boolean => view.page === page;

/** The filters as they stand in the address, in one order whatever order they were chosen in. */
export const searchOf = (filters: CameraFilters): string =>
  new URLSearchParams(Object.entries(filters).toSorted(([a], [b]) => (a < b ? -1 : 1))).toString();

export const filtersOf = ({ search }: View): CameraFilters =>
  readCameraFilters(Object.fromEntries(new URLSearchParams(search)));

/** One more view; another of that name gives way. */
export const withView = (views: readonly View[], name: string, filters: CameraFilters): View[] => [
  ...views.filter((view) => !isOfCameras(view) || view.name !== name),
  { name, page, search: searchOf(filters) },
];

/** What becomes of a view: its new name, or null: it goes. */
export type ViewChanges = ReadonlyMap<string, string | null>;

export const withChanges = (views: readonly View[], changes: ViewChanges): View[] =>
  views.flatMap((view) => {
    const next = isOfCameras(view) ? changes.get(view.name) : undefined;
    if (next === null) return [];
    return [next === undefined ? view : { ...view, name: next }];
  });
