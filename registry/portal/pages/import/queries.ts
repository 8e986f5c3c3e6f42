import { answer, api } from '../../api/client.js';
import type { CameraImport, Operation } from '../../api/schema.js';
import type { ListFile } from './read-file.js';

/** As the API answers; the document's way to say `null` of a known type is lost on the generator of types. */
export type ListReport = Omit<CameraImport, 'operation'> & { operation: Operation | null };

/** What the person wants done with a list. */
export interface Asked {
  dryRun: boolean;
  /** Nothing at all while a line is wrong. */
  atomic: boolean;
}

/** Has a list checked, or its valid lines done. */
export const sendList = ({ text }: ListFile, { dryRun, atomic }: Asked): Promise<ListReport> =>
  answer<ListReport>(
    api.POST('/api/v1/cameras:import', {
      params: { query: { dryRun: dryRun ? 'true' : 'false', atomic: atomic ? 'true' : 'false' } },
      headers: { 'content-type': 'text/csv' },
      body: text,
      bodySerializer: (body) => body,
    }),
  );
