import { Button, Group, Stack, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client.js';
import { useTexts } from '../../i18n/texts.js';
import { Checks } from '../checks.js';
import { Loaded, SkeletonLines } from '../page-states.js';
import { texts } from './texts.js';

const fixes = { dns: 'fixDns', port: 'fixPort', tls: 'fixTls', http: 'fixHttp' } as const;

/** The way to the public URL, step by step, up to the one that fails and what to do about it. */
export function WayTest() {
  const t = useTexts(texts);
  const way = useQuery({
    queryKey: ['platform', 'way'],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/platform/reachability', { signal })),
    staleTime: 30_000,
    retry: false,
  });
  return (
    <Stack gap="sm">
      <Loaded query={way} skeleton={<SkeletonLines lines={3} />}>
        {({ url, steps }) => (
          <>
            <Text size="sm" fw={600}>
              {url}
            </Text>
            <Checks
              checks={steps.map(({ step, ok, detail }) => ({
                key: step,
                ok,
                found: `${t(step)} · ${detail}`,
                fix: ok ? null : t(fixes[step]),
              }))}
            />
            {new URL(url).origin !== location.origin && (
              <Text size="sm">{t('otherAddress', { here: location.origin, url })}</Text>
            )}
          </>
        )}
      </Loaded>
      <Group>
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} aria-hidden />}
          loading={way.isFetching}
          onClick={() => void way.refetch()}
        >
          {t('testWay')}
        </Button>
      </Group>
    </Stack>
  );
}
