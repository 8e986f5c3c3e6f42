import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTexts } from '../i18n/texts.js';
import { useProblemWords } from '../parts/problem-words.js';
import { isInForce, supportGrantsQuery, useEndGrant } from '../parts/support-grants.js';
import { useTimeLeft } from '../parts/time-left.js';
import { toast } from '../parts/toasts.js';
import { useMay, useMe } from './me.js';
import { useScope } from './scope.js';
import classes from './shell.module.css';
import { texts } from './texts.js';

/** While somebody sees a customer's video by a grant, it says so on every page of that customer (R32). */
export function SupportBanner() {
  const t = useTexts(texts);
  const problem = useProblemWords();
  const { id, kind, name } = useScope();
  const { memberships } = useMe();
  const mayManage = useMay('manage');
  const own = memberships.map(({ tenant }) => tenant.id);
  const { data } = useQuery({
    ...supportGrantsQuery(id),
    enabled: mayManage && kind === 'customer' && !own.includes(id),
  });
  const left = useTimeLeft();
  const end = useEndGrant(() => toast({ message: t('supportEnded', { name }) }));
  const grant = data?.items.find((one) => isInForce(one) && own.includes(one.grantedTo));
  const time = grant === undefined ? null : left(grant.expiresAt);
  if (grant === undefined || time === null) return null;
  return (
    <div className={classes['support']} role="status">
      <span>{t('support', { name, left: time })}</span>
      <Button
        size="compact-xs"
        variant="default"
        loading={end.isPending}
        onClick={() =>
          end.mutate(grant.id, { onError: (error) => toast({ tone: 'bad', message: problem(error).detail }) })
        }
      >
        {t('supportEnd')}
      </Button>
    </div>
  );
}
