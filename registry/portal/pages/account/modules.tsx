import '@mantine/core/styles/Switch.css';
import { Box, Button, Group, Stack, Switch, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, ifMatch } from '../../api/client.js';
import type { Tenant, TenantModules } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { moduleTexts } from '../../parts/module-texts.js';
import { Loaded } from '../../parts/page-states.js';
import { useMaySwitch } from '../../parts/tenant-acts/queries.js';
import { toast } from '../../parts/toasts.js';
import { PlainTable } from '../../parts/plain-table.js';
import { texts } from './texts.js';

type Module = TenantModules['modules'][number]['module'];

/** What this tenant may use: its own switch, what those above leave, and what follows (R10–R12). */
export function Modules({ tenant }: { tenant: Tenant }) {
  const modules = useQuery({
    queryKey: ['tenants', tenant.id, 'modules'],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/tenants/{id}/modules', { params: { path: { id: tenant.id } }, signal })),
  });
  return <Loaded query={modules}>{(data) => <Matrix tenant={tenant} modules={data.modules} />}</Loaded>;
}

function Matrix({ tenant, modules }: { tenant: Tenant; modules: TenantModules['modules'] }) {
  const t = useTexts(texts);
  const name = useTexts(moduleTexts);
  const client = useQueryClient();
  const mayChange = useMaySwitch(tenant);
  const before = new Set(modules.filter(({ own }) => !own).map(({ module }) => module));
  const [off, setOff] = useState<ReadonlySet<Module>>(before);
  const save = useMutation({
    mutationFn: () =>
      answer(
        api.PUT('/api/v1/tenants/{id}/modules', {
          params: { path: { id: tenant.id } },
          headers: ifMatch(tenant.version),
          body: { off: [...off] },
        }),
      ),
    onSuccess: async () => {
      toast({ message: t('saved') });
      await client.invalidateQueries({ queryKey: ['tenants'] });
    },
  });
  const changed =
    [...off].filter((one) => !before.has(one)).length + [...before].filter((one) => !off.has(one)).length;
  const turn = (module: Module, on: boolean) => {
    const next = new Set(off);
    if (on) next.delete(module);
    else next.add(module);
    setOff(next);
  };
  return (
    <Stack>
      <Text size="sm" c="dimmed" maw={640}>
        {mayChange ? t('modulesWhat') : t('modulesFromAbove')}
      </Text>
      <Box maw={760}>
        <PlainTable minWidth="20rem" boxed>
          <thead>
            <tr>
              <th>{t('module')}</th>
              <th>{t('allowedHere')}</th>
              <th>{t('inEffect')}</th>
            </tr>
          </thead>
          <tbody>
            {modules.map(({ module, inherited, because }) => (
              <tr key={module}>
                <td>{name(module)}</td>
                <td>
                  <Switch
                    size="md"
                    aria-label={t('allow', { module: name(module) })}
                    checked={!off.has(module)}
                    disabled={!mayChange}
                    onChange={(event) => turn(module, event.currentTarget.checked)}
                  />
                </td>
                <td>
                  <Text size="sm" c={inherited && !off.has(module) ? 'inherit' : 'dimmed'}>
                    {!inherited
                      ? t('offBecause', { name: because?.name ?? '' })
                      : off.has(module)
                        ? t('no')
                        : t('yes')}
                  </Text>
                </td>
              </tr>
            ))}
          </tbody>
        </PlainTable>
      </Box>
      {save.error !== null && <ErrorNotice error={save.error} />}
      {mayChange && (
        <Group>
          <Button disabled={changed === 0} loading={save.isPending} onClick={() => save.mutate()}>
            {changed === 0 ? t('save') : t('saveModules', { count: changed })}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
