import { defineTexts } from '../i18n/texts.js';

export const tenantKindTexts = defineTexts({
  en: { platform: 'Platform', integrator: 'Integrator', customer: 'Customer' },
  de: { platform: 'Plattform', integrator: 'Errichter', customer: 'Kunde' },
});
