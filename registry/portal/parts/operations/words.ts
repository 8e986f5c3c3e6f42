import { useCallback } from 'react';
import type { Operation } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { texts } from './texts.js';

const kinds = [
  'cameras.bind',
  'cameras.unbind',
  'cameras.setPlan',
  'cameras.enable',
  'cameras.disable',
  'cameras.tag',
  'cameras.import',
  'tenant.delete',
  'clip.export',
] as const;

/** What an operation does, in words; its code where there are none. */
export function useKindWords(): (operation: Pick<Operation, 'kind'>) => string {
  const t = useTexts(texts);
  return useCallback(
    ({ kind }) => {
      const known = kinds.find((one) => one === kind);
      return known === undefined ? kind : t(known);
    },
    [t],
  );
}
