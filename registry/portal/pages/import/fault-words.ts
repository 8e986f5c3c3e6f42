import type { CameraImport } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { texts } from './texts.js';

export type LineFault = CameraImport['faults'][number];

/** By the code of the API; by column and code where the column makes a difference. */
const words = {
  invalid_format: 'malformed',
  too_big: 'tooLong',
  too_many_tags: 'tooManyTags',
  required: 'cameraNeeded',
  'customer required': 'customerNeeded',
  'plan required': 'planNeeded',
  duplicate: 'repeated',
  ambiguous: 'severalCameras',
  'customer ambiguous': 'severalCustomers',
  forbidden: 'notYourCamera',
  'customer forbidden': 'notYourCustomer',
  not_found: 'noCamera',
  'customer not_found': 'noCustomer',
  not_bound: 'notBound',
  plan_not_offered: 'noPlan',
} as const;

const wordOf = new Map<string, (typeof words)[keyof typeof words]>(Object.entries(words));

/** What is wrong with a line, in the person's language; in the API's words where there are no others. */
export function useFaultWords(): (fault: LineFault) => string {
  const t = useTexts(texts);
  return ({ column, code, detail, cells }) => {
    const word = wordOf.get(`${column} ${code}`) ?? wordOf.get(code);
    if (word === undefined) return detail;
    // Other lines and limits stand in the sentence only.
    const n = /\d+/.exec(detail)?.[0] ?? '';
    return t(word, { value: cells[column] ?? '', column, n });
  };
}
