import { sentences, type Retellings } from '../i18n/sentences.js';

/** What boxes and the registry say of a site without a code: of a box's key, of who a camera is, of what fails. */
export const german: Retellings = {
  site: sentences(
    [
      'Two machines use its key in turns: each throws the other out. Enrol one of them anew.',
      'Zwei Geräte benutzen abwechselnd ihren Schlüssel: jedes wirft das andere hinaus. Lassen Sie eines neu ein.',
    ],
    [
      'It counts fewer starts than before: a copy of its disk is running, or an old one was restored.',
      'Sie zählt weniger Starts als vorher: eine Kopie ihrer Platte läuft, oder eine alte wurde zurückgespielt.',
    ],
    [
      'A key that was superseded is still used: a copy of this agent may be running.',
      'Ein abgelöster Schlüssel wird noch benutzt: vielleicht läuft eine Kopie dieser Box.',
    ],
    [
      'This agent was replaced, and its key is still used: the old box, or a copy of it, is still running.',
      'Diese Box wurde ersetzt, und ihr Schlüssel wird noch benutzt: die alte Box oder eine Kopie läuft noch.',
    ],
    [
      'Some of its identifiers are those of {id}, others are not. Decide whether it is that camera.',
      'Einige ihrer Kennungen sind die von {id}, andere nicht. Entscheiden Sie, ob sie diese Kamera ist.',
    ],
    [
      'Its identifiers point at {ids}. Decide which of them it is.',
      'Ihre Kennungen deuten auf {ids}. Entscheiden Sie, welche davon sie ist.',
    ],
    ['This box is {addresses}.', 'Diese Box ist {addresses}.'],
    ['This box has no address in a local network.', 'Diese Box hat keine Adresse in einem lokalen Netzwerk.'],
    ['Plug in the cable; check DHCP.', 'Kabel einstecken; DHCP prüfen.'],
    ['The name {host} is not known here.', 'Der Name {host} ist hier nicht bekannt.'],
    [
      'Set a DNS server that works, on the router or on this box.',
      'Auf dem Router oder auf dieser Box einen DNS-Server einstellen, der antwortet.',
    ],
    ['{host} answers in {ms} ms.', '{host} antwortet in {ms} ms.'],
    ['{host} does not answer: {why}', '{host} antwortet nicht: {why}'],
    [
      'Allow outgoing connections to {host}; check the proxy.',
      'Verbindungen nach außen zu {host} erlauben; den Proxy prüfen.',
    ],
    ["This box's clock is {seconds} s behind the registry.", 'Die Uhr dieser Box geht {seconds} s nach.'],
    ["This box's clock is {seconds} s ahead of the registry.", 'Die Uhr dieser Box geht {seconds} s vor.'],
    ['Switch on NTP.', 'NTP einschalten.'],
    [
      'The registry answers, but messages do not pass: {why}',
      'Die Registry antwortet, aber Nachrichten kommen nicht durch: {why}',
    ],
    [
      'Allow the outgoing MQTT connection that is named here.',
      'Die hier genannte MQTT-Verbindung nach außen erlauben.',
    ],
    ['Install ffmpeg on this box.', 'Auf dieser Box ffmpeg installieren.'],
    ['The address answers without a video track.', 'Die Adresse antwortet, aber ohne Video.'],
    [
      'the camera answered {status}: user name or password is wrong, or the account may not view video',
      'die Kamera antwortete {status}: Name oder Passwort ist falsch, oder das Konto darf kein Video sehen',
    ],
    [
      'the camera answered {status}: it wants a user name and a password',
      'die Kamera antwortete {status}: sie verlangt Name und Passwort',
    ],
    [
      'the camera answered {status}: this account may not view video, or is locked for now',
      'die Kamera antwortete {status}: dieses Konto darf kein Video sehen oder ist gerade gesperrt',
    ],
    [
      'the camera answered {status}: there is no stream at this path',
      'die Kamera antwortete {status}: unter diesem Pfad gibt es kein Video',
    ],
    [
      'the camera answered {status}: all its viewing slots are taken',
      'die Kamera antwortete {status}: alle ihre Plätze für Zuschauer sind belegt',
    ],
  ),
};
