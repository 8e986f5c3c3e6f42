import { useCallback } from 'react';
import type { Operation } from '../../api/schema.js';
import { useRetold, type Retold } from '../../i18n/retold.js';
import { useProblemDetail } from '../problem-words.js';

/** Why one of many was left out (cameras/bulk/acts.ts). */
const skips: Retold<string> = {
  de: {
    not_found: 'ist nicht (mehr) da oder nicht für Sie zu sehen',
    forbidden: 'Ihre Rollen erlauben nicht, sie einzustellen',
    not_bound: 'wartet im Eingang: zuerst zuordnen',
    plan_not_offered: 'ihrem Kunden wird dieser Tarif nicht angeboten',
    switched_off_by_integrator: 'ihr Errichter hat sie abgeschaltet; bitten Sie ihn, sie anzuschalten',
    too_many_tags: 'hätte mehr als 20 Schlagworte',
  },
};

/** Why a thing of an operation failed, in the person's language. */
export function useFailureWords(): (failure: Operation['failures'][number]) => string {
  const retell = useRetold(skips);
  const detailOf = useProblemDetail();
  return useCallback((failure) => retell(failure.code, detailOf(failure)), [retell, detailOf]);
}
