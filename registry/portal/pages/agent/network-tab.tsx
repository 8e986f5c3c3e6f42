import '@mantine/core/styles/List.css';
import { Button, List, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { Agent } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { Card } from '../../parts/card.js';
import { Loaded, SkeletonLines } from '../../parts/page-states.js';
import { useSiteWords } from '../../parts/site-words.js';
import classes from './agent.module.css';
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
            <ul className={classes['lines']}>
              {lines.map(({ what, ok, detail, fix }) => (
                <li key={what} className={classes['line']}>
                  {ok ? (
                    <IconCircleCheck
                      size={20}
                      className={classes['good']}
                      role="img"
                      aria-label={t('fine')}
                    />
                  ) : (
                    <IconAlertTriangle
                      size={20}
                      className={classes['bad']}
                      role="img"
                      aria-label={t('fault')}
                    />
                  )}
                  <div>
                    <Text size="sm">{site(detail)}</Text>
                    {fix !== null && (
                      <Text size="sm" fw={600}>
                        {site(fix)}
                      </Text>
                    )}
                  </div>
                </li>
              ))}
            </ul>
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
