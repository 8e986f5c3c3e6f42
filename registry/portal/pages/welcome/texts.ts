import { defineTexts } from '../../i18n/texts.js';

export const texts = defineTexts({
  en: {
    title: 'Welcome to Gantry',
    account: 'Your account',
    accountWhy:
      'You came in with a password from the screen of the machine. Choose your own, and your language.',
    language: 'Language',
    signedInAs: 'You are signed in as {email}.',
    ownPassword: 'Password and second factor',
    people: 'Change name or e-mail address',
    way: 'The address',
    wayWhy: 'Letters, boxes and shared links lead to this address. Every step of the way is tried from here.',
    mail: 'Mail',
    mailWhy: 'Invitations and new passwords go by mail. It may wait: until then letters lie in a folder.',
    integrator: 'The first integrator',
    integratorWhy: 'An integrator lets boxes in and looks after customers. You can be one yourself.',
    createIntegrator: 'Create an integrator',
    integratorsThere: { one: '{count} integrator is there', other: '{count} integrators are there' },
    goOn: 'Go on to the overview',
  },
  de: {
    title: 'Willkommen bei Gantry',
    account: 'Ihr Konto',
    accountWhy:
      'Sie kamen mit einem Passwort vom Bildschirm des Rechners herein. Wählen Sie Ihr eigenes und Ihre Sprache.',
    language: 'Sprache',
    signedInAs: 'Sie sind als {email} angemeldet.',
    ownPassword: 'Passwort und zweiter Faktor',
    people: 'Name oder E-Mail-Adresse ändern',
    way: 'Die Adresse',
    wayWhy:
      'Briefe, Boxen und geteilte Links führen hierher. Jeder Schritt des Wegs wird von hier aus geprüft.',
    mail: 'Post',
    mailWhy:
      'Einladungen und neue Passwörter gehen per Post. Das kann warten: bis dahin liegen Briefe in einem Ordner.',
    integrator: 'Der erste Errichter',
    integratorWhy: 'Ein Errichter lässt Boxen ein und betreut Kunden. Sie können selbst einer sein.',
    createIntegrator: 'Errichter anlegen',
    integratorsThere: { one: '{count} Errichter ist da', other: '{count} Errichter sind da' },
    goOn: 'Weiter zum Überblick',
  },
});
