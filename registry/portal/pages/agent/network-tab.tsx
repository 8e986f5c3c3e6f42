import '@mantine/core/styles/List.css';
import { Button, List, Stack, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { Agent } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { Card } from '../../parts/card.js';
import { Checks } from '../../parts/checks.js';
import { Loaded, SkeletonLines } from '../../parts/page-states.js';
import { useSiteWords } from '../../parts/site-words.js';
import { askBox } from './queries.js';
import { linesOf } from './site.js';
import { texts } from './texts.js';

/** How the box sees its network, asked now; of one that is not heard, what to look at on site. */
export function NetworkTab({ agent }: { agent: Agent }) {
  const t = useTexts(texts);
  if (agent.ending !== null) return <Text size="sm">{t('endedNothing')}</Text>;
  return agent.presence === 'online' ? <Check id={agent.id} /> : <OnSite />;
}

function Check({ id }: { id: string }) {
  const t = useTexts(texts);
  const site = useSiteWords();
  const check = useQuery({
    queryKey: ['site', id, 'network'],
    queryFn: async () => linesOf(await askBox(id, 'network')),
    staleTime: 30_000,
    retry: false,
  });
  return (
    <Stack maw={720}>
      <Card
        id="network"
        title={t('networkNow')}
        action={
          <Button
            size="xs"
            variant="default"
            leftSection={<IconRefresh size={16} aria-hidden />}
            loading={check.isFetching}
            onClick={() => void check.refetch()}
          >
            {t('checkAgain')}
          </Button>
        }
      >
        <Loaded query={check} skeleton={<SkeletonLines lines={3} />}>
          {(lines) => (
            <Checks
              checks={lines.map(({ what, ok, detail, fix }) => ({
                key: what,
                ok,
                found: site(detail),
                fix: fix === null ? null : site(fix),
              }))}
            />
          )}
        </Loaded>
      </Card>
    </Stack>
  );
}

const checks = ['checkPower', 'checkCable', 'checkOutgoing', 'checkDoctor'] as const;

function OnSite() {
  const t = useTexts(texts);
  return (
    <Stack maw={720}>
      <Card id="on-site" title={t('notHeardNow')}>
        <Text size="sm">{t('onSite')}</Text>
        <List type="ordered" size="sm" spacing={4}>
          {checks.map((check) => (
            <List.Item key={check}>{t(check)}</List.Item>
          ))}
        </List>
      </Card>
    </Stack>
  );
}
