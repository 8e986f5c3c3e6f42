import type { ReactNode } from 'react';
import { useTexts } from '../../i18n/texts.js';
import { useMay } from '../../shell/me.js';
import { useScope } from '../../shell/scope.js';
import { Empty } from '../page-states.js';
import { Page } from '../page.js';
import { texts } from './texts.js';

/** A page for whoever runs the platform; anybody else is told so, and nothing is asked for. */
export function ForPlatform({
  title,
  actions,
  children,
}: {
  title: string;
  actions: ReactNode;
  children: ReactNode;
}) {
  const t = useTexts(texts);
  const mayManage = useMay('manage');
  if (useScope().kind === 'platform' && mayManage) {
    return (
      <Page title={title} actions={actions}>
        {children}
      </Page>
    );
  }
  return (
    <Page title={title}>
      <Empty title={t('mayNot')}>{t('mayNotWhy')}</Empty>
    </Page>
  );
}
