import { defineTexts } from '../i18n/texts.js';

export const texts = defineTexts({
  en: {
    conflict: 'Somebody changed this meanwhile',
    conflictWhat:
      'What is saved now, and what you have typed. Saving yours changes only the fields you touched.',
    field: 'Field',
    theirs: 'Saved now',
    mine: 'Yours',
    takeTheirs: 'Take what is saved',
    saveMine: 'Save mine',
  },
  de: {
    conflict: 'Jemand hat das inzwischen geändert',
    conflictWhat:
      'Was jetzt gespeichert ist, und was Sie eingegeben haben. Ihr Speichern ändert nur, was Sie angefasst haben.',
    field: 'Feld',
    theirs: 'Jetzt gespeichert',
    mine: 'Ihres',
    takeTheirs: 'Gespeichertes übernehmen',
    saveMine: 'Meines speichern',
  },
});
