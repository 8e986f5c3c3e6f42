import { IconLock } from '@tabler/icons-react';
import { hasCode } from '../../api/problem.js';
import { useTexts } from '../../i18n/texts.js';
import { ErrorNotice } from '../error-notice.js';
import { Empty } from '../page-states.js';
import { useProblemWords } from '../problem-words.js';
import { texts } from './texts.js';

/** Why somebody sees no video here: it is the customer's own (R32), or it cannot be asked for. */
export function NoVideo({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const t = useTexts(texts);
  const problem = useProblemWords();
  if (!hasCode(error, 'forbidden', 'module_disabled')) return <ErrorNotice error={error} onRetry={onRetry} />;
  return (
    <Empty icon={<IconLock size={40} stroke={1.2} aria-hidden />} title={t('notYours')}>
      {problem(error).detail}
    </Empty>
  );
}
