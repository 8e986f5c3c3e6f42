import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client.js';
import type { Camera } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { useAct } from '../../parts/act.js';
import { ReplacementDialog } from '../../parts/replacement-dialog.js';
import { toast } from '../../parts/toasts.js';
import { texts } from './texts.js';

/** Puts new hardware in the place of this camera: what it was registered as is gone afterwards (R43). */
export function ReplaceDialog({ camera, onClose }: { camera: Camera; onClose: () => void }) {
  const t = useTexts(texts);
  const waiting = useQuery({
    queryKey: ['cameras', 'unbound', camera.agent.id],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/api/v1/cameras', {
          params: { query: { agent: camera.agent.id, unbound: 'true', limit: 50 } },
          signal,
        }),
      ),
  });
  const replace = useAct(
    (byCameraId: string) =>
      answer(
        api.POST('/api/v1/cameras/{id}:replace', {
          params: { path: { id: camera.id } },
          body: { byCameraId },
        }),
      ),
    {
      stale: ['cameras'],
      onDone: () => {
        toast({ message: t('replaced', { name: camera.name }) });
        onClose();
      },
    },
  );
  const others = waiting.data?.items
    .filter(({ id }) => id !== camera.id)
    .map(({ id, name, manufacturer, model, address }) => ({
      id,
      name,
      about: [manufacturer, model, address].filter((part) => part !== null).join(' · '),
    }));
  return (
    <ReplacementDialog
      title={t('replaceTitle', { name: camera.name })}
      what={t('replaceWhat')}
      label={t('replaceBy')}
      none={t('replaceNone')}
      act={t('replaceIt')}
      candidates={others}
      fault={waiting.error}
      pending={replace.isPending}
      error={replace.error}
      onReplace={(byId) => replace.mutate(byId)}
      onClose={onClose}
    />
  );
}
