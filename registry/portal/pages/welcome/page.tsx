import { Anchor, Button, NativeSelect, Stack, Text } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { languageNames, languages, type Language } from '../../i18n/language.js';
import { useTexts } from '../../i18n/texts.js';
import { ForPlatform } from '../../parts/platform/for-platform.js';
import { MailTest } from '../../parts/platform/mail-test.js';
import { platformQuery } from '../../parts/platform/queries.js';
import { WayTest } from '../../parts/platform/way-test.js';
import { Section, Sections } from '../../parts/section.js';
import { useMe } from '../../shell/me.js';
import { useTenantId } from '../../shell/scope.js';
import { useSpeak } from '../../shell/speak.js';
import { texts } from './texts.js';

/** What whoever set a registry up does first; every part may be left for later. */
export function WelcomePage() {
  const t = useTexts(texts);
  const tenantId = useTenantId();
  return (
    <ForPlatform
      title={t('title')}
      actions={
        <Button
          rightSection={<IconArrowRight size={16} aria-hidden />}
          renderRoot={(props) => <Link to="/o/$tenantId" params={{ tenantId }} {...props} />}
        >
          {t('goOn')}
        </Button>
      }
    >
      <Sections>
        <Section title={t('account')} why={t('accountWhy')}>
          <OwnAccount tenantId={tenantId} />
        </Section>
        <Section title={t('way')} why={t('wayWhy')}>
          <WayTest />
        </Section>
        <Section title={t('mail')} why={t('mailWhy')}>
          <MailTest />
        </Section>
        <Section title={t('integrator')} why={t('integratorWhy')}>
          <FirstIntegrator tenantId={tenantId} />
        </Section>
      </Sections>
    </ForPlatform>
  );
}

function OwnAccount({ tenantId }: { tenantId: string }) {
  const t = useTexts(texts);
  const { user } = useMe();
  const { language, speak } = useSpeak();
  return (
    <Stack gap="sm" align="flex-start">
      <Text size="sm">{t('signedInAs', { email: user?.email ?? '' })}</Text>
      <NativeSelect
        label={t('language')}
        value={language}
        onChange={(event) => speak(event.currentTarget.value as Language)}
        data={languages.map((each) => ({ value: each, label: languageNames[each] }))}
      />
      <Button
        variant="default"
        renderRoot={(props) => <Link to="/o/$tenantId/me" params={{ tenantId }} {...props} />}
      >
        {t('ownPassword')}
      </Button>
      <Anchor
        size="sm"
        renderRoot={(props) => <Link to="/o/$tenantId/users" params={{ tenantId }} {...props} />}
      >
        {t('people')}
      </Anchor>
    </Stack>
  );
}

function FirstIntegrator({ tenantId }: { tenantId: string }) {
  const t = useTexts(texts);
  const count = useQuery(platformQuery).data?.tenants.integrators ?? 0;
  return (
    <Stack gap="sm" align="flex-start">
      {count > 0 && <Text size="sm">{t('integratorsThere', { count })}</Text>}
      <Button
        variant={count > 0 ? 'default' : 'filled'}
        renderRoot={(props) => (
          <Link
            to="/o/$tenantId/customers/new"
            params={{ tenantId }}
            search={{ kind: 'integrator' }}
            {...props}
          />
        )}
      >
        {t('createIntegrator')}
      </Button>
    </Stack>
  );
}
