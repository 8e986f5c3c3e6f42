import { Text } from '@mantine/core';
import { useTexts } from '../../i18n/texts.js';
import { Chip } from '../../parts/chip.js';
import { Page } from '../../parts/page.js';
import { Section, Sections } from '../../parts/section.js';
import { tenantKindTexts } from '../../parts/tenant-kind-texts.js';
import { useMe } from '../../shell/me.js';
import { PasswordForm } from './password-form.js';
import { SecondFactors } from './second-factors.js';
import { Sessions } from './sessions.js';
import classes from './me.module.css';
import { texts } from './texts.js';

/** A person's own account: who they are, how they prove it, where they are signed in. */
export function MePage() {
  const t = useTexts(texts);
  const kindName = useTexts(tenantKindTexts);
  const { user, memberships } = useMe();
  return (
    <Page title={t('title')}>
      <Sections>
        <Section title={t('profile')} why={t('profileWhy')}>
          <div>
            <Text fw={600}>{user?.name}</Text>
            <Text size="sm" c="dimmed">
              {user?.email}
            </Text>
          </div>
          <ul className={classes['rows']} aria-label={t('memberships')}>
            {memberships.map(({ tenant, family, owner }) => (
              <li key={tenant.id} className={classes['row']}>
                <div className={classes['grow']}>
                  <Text size="sm" fw={500}>
                    {tenant.name}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {kindName(tenant.kind)}
                  </Text>
                </div>
                <Chip tone="plain">{t(owner ? 'owner' : family)}</Chip>
              </li>
            ))}
          </ul>
        </Section>
        <Section title={t('password')} why={t('passwordWhy')}>
          <PasswordForm />
        </Section>
        <Section title={t('secondFactor')} why={t('secondFactorWhy')}>
          <SecondFactors />
        </Section>
        <Section title={t('sessions')} why={t('sessionsWhy')}>
          <Sessions />
        </Section>
      </Sections>
    </Page>
  );
}
