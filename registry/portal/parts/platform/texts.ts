import { defineTexts } from '../../i18n/texts.js';

export const texts = defineTexts({
  en: {
    mayNot: 'This is for whoever runs the platform',
    mayNotWhy: 'You see your own account and what lies below it.',
    testMail: 'Send me a test letter',
    testTaken: 'A letter to {recipient} was taken. Look into the mailbox.',
    testFile: 'No mail server is set: the letter to {recipient} lies in the registry’s folder “outbox”.',
    testRefused: 'The mail server did not take the letter to {recipient}. It said:',
    testWay: 'Test the way',
    dns: 'The name is known',
    port: 'The port is open',
    tls: 'The certificate holds',
    http: 'This registry answers',
    fixDns: 'Make the name known in DNS, or correct GANTRY_PUBLIC_URL.',
    fixPort: 'Start the proxy in front of the registry, and look at firewalls.',
    fixTls: 'Renew the certificate of the proxy in front of the registry.',
    fixHttp: 'Something else answers there: look at the proxy in front of the registry.',
    otherAddress:
      'You came by {here}, but letters, boxes and links are told {url}. Set GANTRY_PUBLIC_URL to how people get here.',
  },
  de: {
    mayNot: 'Das ist für den Betreiber der Plattform',
    mayNotWhy: 'Sie sehen Ihr eigenes Konto und was darunter liegt.',
    testMail: 'Mir einen Probebrief senden',
    testTaken: 'Ein Brief an {recipient} wurde angenommen. Sehen Sie ins Postfach.',
    testFile:
      'Es ist kein Mailserver eingestellt: der Brief an {recipient} liegt im Ordner „outbox“ der Registry.',
    testRefused: 'Der Mailserver hat den Brief an {recipient} nicht angenommen. Er sagte:',
    testWay: 'Weg prüfen',
    dns: 'Der Name ist bekannt',
    port: 'Der Port ist offen',
    tls: 'Das Zertifikat gilt',
    http: 'Diese Registry antwortet',
    fixDns: 'Den Namen im DNS bekannt machen oder GANTRY_PUBLIC_URL berichtigen.',
    fixPort: 'Den Proxy vor der Registry starten und nach Firewalls sehen.',
    fixTls: 'Das Zertifikat des Proxys vor der Registry erneuern.',
    fixHttp: 'Dort antwortet etwas anderes: nach dem Proxy vor der Registry sehen.',
    otherAddress:
      'Sie kamen über {here}, Briefen, Boxen und Links wird aber {url} gesagt. Setzen Sie GANTRY_PUBLIC_URL auf die Adresse, über die man hierher kommt.',
  },
});
