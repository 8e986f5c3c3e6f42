import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Tenant } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { Choice } from '../../parts/choice.js';
import { Empty } from '../../parts/page-states.js';
import { Page } from '../../parts/page.js';
import { useMay } from '../../shell/me.js';
import { useScope } from '../../shell/scope.js';
import { NewTenantForm } from './form.js';
import type { NewKind } from './route.js';
import { texts } from './texts.js';

/** What may stand directly below whom (R1, R2). */
const kindsBelow: Readonly<Record<Tenant['kind'], readonly NewKind[]>> = {
  platform: ['integrator'],
  integrator: ['customer', 'integrator'],
  customer: ['customer'],
};

/** A new customer or integrator below the scope: the kind first, then one page (R2, R5). */
export function NewTenantPage() {
  const t = useTexts(texts);
  const scope = useScope();
  const mayCreate = useMay('createTenants');
  const { kind: asked } = useSearch({ from: '/o/$tenantId/customers/new' });
  const navigate = useNavigate({ from: '/o/$tenantId/customers/new' });
  const kinds = kindsBelow[scope.kind];
  const kind = kinds.find((each) => each === asked) ?? kinds[0] ?? 'customer';
  if (!mayCreate) {
    return (
      <Page title={t('newCustomer')}>
        <Empty title={t('mayNot')}>{t('mayNotWhy')}</Empty>
      </Page>
    );
  }
  return (
    <Page
      title={t(kind === 'customer' ? 'newCustomer' : 'newIntegrator')}
      lead={
        kinds.length > 1 && (
          <Choice
            label={t('kind')}
            value={kind}
            onChange={(next) => void navigate({ search: { kind: next }, replace: true })}
            options={kinds.map((each) => ({ value: each, label: t(each) }))}
          />
        )
      }
    >
      {/* Another kind is another form: what was typed stays, for the key is the parent's. */}
      <NewTenantForm key={scope.id} parent={scope} kind={kind} />
    </Page>
  );
}
