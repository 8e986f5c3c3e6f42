import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client.js';
import { useTexts } from '../../i18n/texts.js';
import { Empty, Loaded } from '../../parts/page-states.js';
import { Page } from '../../parts/page.js';
import { MailTest } from '../../parts/platform/mail-test.js';
import { Section, Sections } from '../../parts/section.js';
import { useScope } from '../../shell/scope.js';
import { AddressLookup } from './address-lookup.js';
import { BrandingForm } from './branding-form.js';
import { Letters } from './letters.js';
import { texts } from './texts.js';

/** How an integrator and all below it look (R55), and whether what the registry leans on works. */
export function SettingsPage() {
  const t = useTexts(texts);
  const { id, kind } = useScope();
  const branding = useQuery({
    queryKey: ['tenants', id, 'branding'],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/tenants/{id}/branding', { params: { path: { id } }, signal })),
  });
  return (
    <Page title={t('title')}>
      {kind === 'customer' ? (
        <Empty title={t('customer')}>{t('customerWhy')}</Empty>
      ) : (
        <Sections>
          <Section title={t('branding')} why={t('brandingWhy')}>
            <Loaded query={branding}>{(data) => <BrandingForm branding={data} key={id} />}</Loaded>
          </Section>
          {kind === 'platform' && (
            <Section title={t('letters')} why={t('lettersWhy')}>
              <Letters />
              <MailTest />
            </Section>
          )}
          <Section title={t('addresses')} why={t('addressesWhy')}>
            <AddressLookup />
          </Section>
        </Sections>
      )}
    </Page>
  );
}
