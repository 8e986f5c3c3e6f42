import { Skeleton } from '@mantine/core';
import type { Home } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { Loaded, SkeletonLines } from '../../parts/page-states.js';
import { Page } from '../../parts/page.js';
import { TwoColumns } from '../../parts/two-columns.js';
import { useScope } from '../../shell/scope.js';
import { AttentionList } from './attention-list.js';
import { Counters } from './counters.js';
import classes from './home.module.css';
import { NewestCameras } from './newest-cameras.js';
import { useHome } from './queries.js';
import { Steps } from './steps.js';
import { texts } from './texts.js';
import { WaitingList } from './waiting-list.js';

export function HomePage() {
  const t = useTexts(texts);
  const { name } = useScope();
  return (
    <Page title={t('title', { name })}>
      <Loaded query={useHome()} skeleton={<Bones />}>
        {(home) => <Shown home={home} />}
      </Loaded>
    </Page>
  );
}

function Shown({ home: { cameras, attention, waiting, newest, steps } }: { home: Home }) {
  return (
    <div className={classes['home']}>
      {steps?.some(({ done }) => !done) && <Steps steps={steps} />}
      <Counters cameras={cameras} />
      <TwoColumns
        main={<AttentionList items={attention.items} total={attention.total} />}
        side={
          <>
            {waiting.length > 0 && <WaitingList waiting={waiting} />}
            <NewestCameras cameras={newest} />
          </>
        }
      />
    </div>
  );
}

function Bones() {
  return (
    <div className={classes['home']}>
      <div className={classes['counters']}>
        {[1, 2, 3, 4].map((one) => (
          <Skeleton key={one} height={96} />
        ))}
      </div>
      <SkeletonLines />
    </div>
  );
}
