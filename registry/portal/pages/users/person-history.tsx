import { Anchor } from '@mantine/core';
import { IconArrowLeft, IconHistory } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/texts.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { HistoryTable } from '../../parts/history/history-table.js';
import { Empty } from '../../parts/page-states.js';
import { Page } from '../../parts/page.js';
import { useTenantId } from '../../shell/scope.js';
import { userQuery } from './queries.js';
import { texts } from './texts.js';
import classes from './users.module.css';

/** What was done to one person, and the way back to the list. */
export function PersonHistory({ id }: { id: string }) {
  const t = useTexts(texts);
  const tenantId = useTenantId();
  const person = useQuery(userQuery(id));
  return (
    <Page
      title={person.data === undefined ? t('history') : t('historyOf', { name: person.data.name })}
      lead={
        <Anchor
          size="sm"
          className={classes['back'] ?? ''}
          renderRoot={(props) => (
            <Link to="/o/$tenantId/users" params={{ tenantId }} search={{}} {...props} />
          )}
        >
          <IconArrowLeft size={16} aria-hidden /> {t('title')}
        </Anchor>
      }
      fill
    >
      {person.isError ? (
        <ErrorNotice error={person.error} onRetry={() => void person.refetch()} />
      ) : (
        <HistoryTable
          filter={{ target: id }}
          empty={<Empty icon={<IconHistory size={40} stroke={1.2} aria-hidden />} title={t('noHistory')} />}
        />
      )}
    </Page>
  );
}
