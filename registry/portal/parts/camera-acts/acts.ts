import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTexts, type Translate } from '../../i18n/texts.js';
import { useProblemWords } from '../problem-words.js';
import { toast } from '../toasts.js';
import { change, takeBack, type CameraAct, type Changed, type Select } from './changes.js';
import { texts } from './texts.js';

/** Everything that shows cameras asks again. */
function useRefresh(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all(
      ['cameras', 'tenants', 'home', 'operations'].map((subject) =>
        client.invalidateQueries({ queryKey: [subject] }),
      ),
    );
  };
}

function told(
  t: Translate<(typeof texts)['en']>,
  { act, customerName }: { act: CameraAct['act']; customerName: string },
  { changed, unchanged, failed }: Changed,
): string {
  const count = changed;
  const what =
    act === 'bind'
      ? t('bound', { count, customer: customerName })
      : t(act === 'unbind' ? 'unbound' : act === 'enable' ? 'turnedOn' : 'turnedOff', { count });
  const rest = [
    ...(unchanged === 0 ? [] : [t('unchanged', { count: unchanged })]),
    ...(failed === 0 ? [] : [t('skipped', { count: failed })]),
  ];
  return [what, ...rest].join(', ');
}

export interface Wish {
  select: Select;
  what: CameraAct;
  /** Of a binding, for the sentence afterwards. */
  customerName?: string;
}

/** Changes cameras, tells what came of it, and offers to take it back. */
export function useChangeCameras() {
  const t = useTexts(texts);
  const refresh = useRefresh();
  const problem = useProblemWords();
  return useMutation({
    mutationFn: ({ select, what }: Wish) => change(select, what),
    onSuccess: (changed, { what, customerName = '' }) => {
      const undo = async () => {
        try {
          await takeBack(changed.undo);
          toast({ message: t('undone', { count: changed.changed }) });
        } catch (error) {
          toast({ tone: 'bad', message: problem(error).detail });
        }
        await refresh();
      };
      toast({
        tone: changed.failed > 0 ? 'bad' : 'good',
        message: told(t, { act: what.act, customerName }, changed),
        ...(changed.undo.length === 0 ? {} : { action: { label: t('undo'), run: () => void undo() } }),
      });
      void refresh();
    },
  });
}
