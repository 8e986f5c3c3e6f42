import { defineTexts } from '../../i18n/texts.js';

export const texts = defineTexts({
  en: {
    title: 'Work in the background',
    what: 'What',
    state: 'State',
    progress: 'Progress',
    begun: 'Begun',
    everything: 'Everything',
    empty: 'Nothing has run in the background yet',
    emptyWhy:
      'Changes of more than 1,000 cameras, imported lists, clips and deletions go on by themselves and are followed here.',
    noMatch: 'Nothing is in this state',
  },
  de: {
    title: 'Arbeiten im Hintergrund',
    what: 'Was',
    state: 'Zustand',
    progress: 'Fortschritt',
    begun: 'Begonnen',
    everything: 'Alles',
    empty: 'Noch lief nichts im Hintergrund',
    emptyWhy:
      'Änderungen an mehr als 1.000 Kameras, eingelesene Listen, Clips und Löschungen laufen von selbst weiter und sind hier zu verfolgen.',
    noMatch: 'Nichts ist in diesem Zustand',
  },
});
