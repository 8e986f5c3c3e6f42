import { useCallback } from 'react';
import { Problem, Unreachable, type ProblemCode } from '../api/problem.js';
import { useOwnWords, type OwnWords } from '../i18n/own-words.js';
import { useRetoldCodes, type RetoldCodes } from '../i18n/retold.js';
import { useTexts } from '../i18n/texts.js';
import { texts } from './texts.js';

interface Words {
  titles: RetoldCodes<ProblemCode>;
  details: RetoldCodes<ProblemCode>;
}

const problems: OwnWords<Words> = { name: 'problems', words: { de: () => import('./problems-german.js') } };

/** Their sentences name what exactly stands in the way, which no code does. */
const saysMore: readonly ProblemCode[] = ['forbidden', 'module_disabled', 'conflict', 'invalid', 'malformed'];

/** Numbers that stand by themselves in a sentence, not in ids or times. */
const numbersIn = (sentence: string): Record<string, number> =>
  Object.fromEntries(
    [...sentence.matchAll(/(?<![\w.:-])\d+(?![\w:-])/g)].map(([digits], index) => [
      index + 1,
      Number(digits),
    ]),
  );

/** What a refusal says to a person, in their language. */
export function useProblemDetail(): (problem: { code: string; detail: string }) => string {
  const retell = useRetoldCodes(useOwnWords(problems)?.details);
  return useCallback(({ code, detail }) => retell(code as ProblemCode, detail, numbersIn(detail)), [retell]);
}

export interface ProblemWords {
  title: string;
  detail: string;
  /** What the API said, where that says more than the words of the person's language; English. */
  said: string | null;
}

/** What went wrong and what to do about it, in the person's language. */
export function useProblemWords(): (error: unknown) => ProblemWords {
  const t = useTexts(texts);
  const title = useRetoldCodes(useOwnWords(problems)?.titles);
  const detail = useProblemDetail();
  return useCallback(
    (error) => {
      if (error instanceof Problem) {
        const { code, body } = error;
        const told = detail(body);
        const more = told !== body.detail && saysMore.includes(code);
        return { title: title(code, body.title), detail: told, said: more ? body.detail : null };
      }
      return error instanceof Unreachable
        ? { title: t('unreachable'), detail: t('unreachableWhy'), said: null }
        : { title: t('failed'), detail: t('unknownWhy'), said: null };
    },
    [t, title, detail],
  );
}
