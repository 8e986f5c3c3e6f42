import { ActionIcon, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTexts } from '../../i18n/texts.js';
import { Copy } from '../../parts/copy.js';
import { Dialog } from '../../parts/dialog.js';
import { DialogActs } from '../../parts/dialog-acts.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { useChoose } from '../../shell/preferences.js';
import { useTenantId } from '../../shell/scope.js';
import type { CameraFilters } from './route.js';
import { withChanges, withView, type View } from './views.js';
import { viewsTexts as texts } from './views-texts.js';

const mostLetters = 100;

/** Keeps the filters of the moment under a name. */
export function SaveDialog({ filters, onClose }: { filters: CameraFilters; onClose: () => void }) {
  const t = useTexts(texts);
  const [name, setName] = useState('');
  const choose = useChoose();
  return (
    <Dialog opened onClose={onClose} title={t('saveTitle')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          choose.mutate(({ views }) => ({ views: withView(views, name.trim(), filters) }), {
            onSuccess: onClose,
          });
        }}
      >
        <Stack>
          <TextInput
            label={t('name')}
            description={t('saveWhat')}
            maxLength={mostLetters}
            autoComplete="off"
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {choose.error !== null && <ErrorNotice error={choose.error} />}
          <DialogActs>
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" disabled={name.trim() === ''} loading={choose.isPending}>
              {t('saveView')}
            </Button>
          </DialogActs>
        </Stack>
      </form>
    </Dialog>
  );
}

/** Renames and removes views, and hands their addresses out. Nothing changes before it is saved. */
export function ChangeDialog({ views, onClose }: { views: readonly View[]; onClose: () => void }) {
  const t = useTexts(texts);
  const tenantId = useTenantId();
  const choose = useChoose();
  const [draft, setDraft] = useState<ReadonlyMap<string, string | null>>(new Map());
  const set = (view: View, next: string | null) => setDraft(new Map(draft).set(view.name, next));
  const changes = new Map(
    [...draft]
      .map(([name, next]) => [name, next?.trim() ?? null] as const)
      .filter(([name, next]) => next !== name),
  );
  const names = views.map(({ name }) => changes.get(name) ?? name);
  const fits = !names.includes('') && new Set(names).size === names.length;
  return (
    <Dialog opened onClose={onClose} title={t('changeTitle')} size="lg">
      <Stack>
        {views.map((view) =>
          draft.get(view.name) === null ? (
            <Group key={view.name} justify="space-between">
              <Text size="sm" td="line-through">
                {view.name}
              </Text>
              <Button size="compact-sm" variant="default" onClick={() => set(view, view.name)}>
                {t('keep')}
              </Button>
            </Group>
          ) : (
            <Group key={view.name} gap="xs" wrap="nowrap">
              <TextInput
                flex={1}
                aria-label={t('nameOf', { name: view.name })}
                maxLength={mostLetters}
                autoComplete="off"
                value={draft.get(view.name) ?? view.name}
                onChange={(event) => set(view, event.currentTarget.value)}
              />
              <Copy value={`${location.origin}/o/${tenantId}/cameras?${view.search}`} label={t('copyLink')} />
              <ActionIcon
                variant="subtle"
                color="gray"
                size={36}
                aria-label={t('remove', { name: view.name })}
                onClick={() => set(view, null)}
              >
                <IconTrash size={18} aria-hidden />
              </ActionIcon>
            </Group>
          ),
        )}
        {choose.error !== null && <ErrorNotice error={choose.error} />}
        <DialogActs>
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button
            disabled={changes.size === 0 || !fits}
            loading={choose.isPending}
            onClick={() =>
              choose.mutate((now) => ({ views: withChanges(now.views, changes) }), { onSuccess: onClose })
            }
          >
            {t('saveChanges', { count: changes.size })}
          </Button>
        </DialogActs>
      </Stack>
    </Dialog>
  );
}
