import { sentences, type Retellings } from '../../../i18n/sentences.js';

/** What the history says of cameras and what is recorded of them. */
export const cameras: Retellings = {
  'legalHold.created': sentences([
    '{actor} put recordings of {name} under a legal hold: {reason}',
    '{actor} hat Aufnahmen von {name} vor dem Löschen geschützt: {reason}',
  ]),
  'legalHold.released': sentences([
    '{actor} released the legal hold: {reason}',
    '{actor} hat den Schutz vor dem Löschen aufgehoben: {reason}',
  ]),
  'recordings.purged': sentences([
    'Retention ended for {count} recorded files of {bytes} bytes; they were removed',
    'Die Aufbewahrung von {count} Aufnahmedateien mit {bytes} Byte endete; sie wurden entfernt',
  ]),
  'camera.bound': sentences([
    '{actor} bound {name} to {customer} with plan {plan}',
    '{actor} hat {name} dem Kunden {customer} mit dem Tarif {plan} zugeordnet',
  ]),
  'camera.unbound': sentences(
    ['{actor} took {name} back to the inbox', '{actor} hat {name} in den Eingang zurückgelegt'],
    ['{actor} took {name} away', '{actor} hat {name} weggenommen'],
  ),
  'camera.enabled': sentences(['{actor} switched {name} on', '{actor} hat {name} angeschaltet']),
  'camera.disabled': sentences(['{actor} switched {name} off', '{actor} hat {name} abgeschaltet']),
  'camera.renamed': sentences(['{actor} renamed {name} to {next}', '{actor} hat {name} in {next} umbenannt']),
  'camera.conflict_settled': sentences([
    '{actor} settled who {name} is',
    '{actor} hat entschieden, welche Kamera {name} ist',
  ]),
  'camera.tagged': sentences(
    ['{actor} tagged {name}: no tags', '{actor} hat {name} alle Schlagworte genommen'],
    ['{actor} tagged {name}: {tags}', '{actor} hat {name} Schlagworte gegeben: {tags}'],
  ),
  'camera.recording_changed': sentences([
    '{actor} changed how {name} is recorded',
    '{actor} hat geändert, wie {name} aufgenommen wird',
  ]),
  'camera.replaced': sentences([
    '{actor} put new hardware in the place of {name}',
    '{actor} hat {name} durch ein neues Gerät ersetzt',
  ]),
  'camera.replacedSeen': sentences([
    'The hardware that was replaced at {name} is still on the network, at {address}',
    'Das bei {name} ersetzte Gerät ist noch im Netzwerk, unter {address}',
  ]),
  'camera.replacedForgotten': sentences([
    '{actor} let the former hardware of {name} be used again',
    '{actor} hat erlaubt, das frühere Gerät von {name} wieder zu benutzen',
  ]),
  'camera.watchedUnderGrant': sentences([
    '{actor} watched {name} from {from} to {to} under a support grant',
    '{actor} hat {name} von {from} bis {to} mit Unterstützungszugriff angesehen',
  ]),
  'camera.watchedLiveUnderGrant': sentences([
    '{actor} watched {name} live under a support grant',
    '{actor} hat {name} live mit Unterstützungszugriff angesehen',
  ]),
  'camera.evidenceExported': sentences([
    '{actor} exported evidence of {name}, {from} to {to}',
    '{actor} hat Beweismaterial von {name} ausgeführt, {from} bis {to}',
  ]),
  'cameras.expected': sentences(
    ['{actor} expects one camera by a list', '{actor} erwartet eine Kamera laut einer Liste'],
    ['{actor} expects {count} cameras by a list', '{actor} erwartet {count} Kameras laut einer Liste'],
  ),
  'clip.created': sentences([
    '{actor} cut the clip {clip} out of {name}, {from} to {to}',
    '{actor} hat den Clip {clip} aus {name} geschnitten, {from} bis {to}',
  ]),
  'clip.deleted': sentences(['{actor} deleted the clip {name}', '{actor} hat den Clip {name} gelöscht']),
  'shareLink.created': sentences(
    [
      '{actor} shared the live view of {camera} with {name} until {until}',
      '{actor} hat {camera} live mit {name} bis {until} geteilt',
    ],
    [
      '{actor} shared the clip {clip} with {name} until {until}',
      '{actor} hat den Clip {clip} mit {name} bis {until} geteilt',
    ],
  ),
  'shareLink.revoked': sentences([
    '{actor} switched off the link shared with {name}',
    '{actor} hat den mit {name} geteilten Link abgeschaltet',
  ]),
};
