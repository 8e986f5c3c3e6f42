import { defineTexts } from '../i18n/texts.js';

export const texts = defineTexts({
  en: { active: 'Active', pending: 'Not confirmed yet', deleting: 'Being deleted', disabled: 'Disabled' },
  de: {
    active: 'Aktiv',
    pending: 'Noch nicht bestätigt',
    deleting: 'Wird gelöscht',
    disabled: 'Abgeschaltet',
  },
});
