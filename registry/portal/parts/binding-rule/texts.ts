import { defineTexts } from '../../i18n/texts.js';

export const texts = defineTexts({
  en: {
    customer: 'New cameras go to',
    nobody: 'Nobody yet: they wait to be assigned',
    toNobody: 'Let new cameras wait',
    plan: 'By the plan',
    kept: { one: 'kept {count} day', other: 'kept {count} days' },
  },
  de: {
    customer: 'Neue Kameras gehören',
    nobody: 'Noch niemandem: sie warten auf Zuordnung',
    toNobody: 'Neue Kameras warten lassen',
    plan: 'Nach dem Tarif',
    kept: { one: '{count} Tag aufbewahrt', other: '{count} Tage aufbewahrt' },
  },
});
