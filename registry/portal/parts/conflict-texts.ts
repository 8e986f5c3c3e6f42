import { defineTexts } from '../i18n/texts.js';

export const texts = defineTexts({
  en: {
    conflict: 'Somebody else changed this meanwhile',
    conflictWhat: 'Compare both versions, and decide which one stays.',
    field: 'Field',
    theirs: 'As it is now',
    mine: 'What you want',
    takeTheirs: 'Keep it as it is now',
    saveMine: 'Save what I want',
  },
  de: {
    conflict: 'Jemand anders hat das inzwischen geändert',
    conflictWhat: 'Vergleichen Sie beide Fassungen und entscheiden Sie, welche bleibt.',
    field: 'Feld',
    theirs: 'Wie es jetzt ist',
    mine: 'Was Sie wollen',
    takeTheirs: 'So lassen',
    saveMine: 'Meines speichern',
  },
});
