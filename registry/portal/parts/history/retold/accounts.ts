import { sentences, type Retellings } from '../../../i18n/sentences.js';

/** What the history says of accounts and their plans. */
export const accounts: Retellings = {
  'registry.started': sentences([
    'Gantry was set up; its first user is {email}',
    'Gantry wurde eingerichtet; die erste Person ist {email}',
  ]),
  'tenant.created': sentences(
    ['{actor} created the customer {name}', '{actor} hat den Kunden {name} angelegt'],
    ['{actor} created the integrator {name}', '{actor} hat den Errichter {name} angelegt'],
  ),
  'tenant.changed': sentences([
    '{actor} changed {what} of {name}',
    '{actor} hat bei {name} geändert: {what}',
  ]),
  'tenant.branded': sentences([
    '{actor} changed {what} of how {name} looks',
    '{actor} hat am Aussehen von {name} geändert: {what}',
  ]),
  'tenant.modules_changed': sentences(
    [
      '{actor} switched {off} off and {on} on for {name}',
      '{actor} hat für {name} abgeschaltet: {off}; angeschaltet: {on}',
    ],
    ['{actor} switched {off} off for {name}', '{actor} hat für {name} abgeschaltet: {off}'],
    ['{actor} switched {on} on for {name}', '{actor} hat für {name} angeschaltet: {on}'],
  ),
  'tenant.disabled': sentences(
    ['{actor} switched {name} off: {reason}', '{actor} hat {name} abgeschaltet: {reason}'],
    ['{actor} switched {name} off', '{actor} hat {name} abgeschaltet'],
  ),
  'tenant.enabled': sentences(
    [
      '{actor} switched {name} on, and one camera that had been off with it',
      '{actor} hat {name} angeschaltet, und mit ihm eine Kamera, die aus gewesen war',
    ],
    [
      '{actor} switched {name} on, and {count} cameras that had been off with it',
      '{actor} hat {name} angeschaltet, und mit ihm {count} Kameras, die aus gewesen waren',
    ],
    [
      '{actor} switched {name} on; one camera that had been off stayed off',
      '{actor} hat {name} angeschaltet; eine Kamera, die aus gewesen war, blieb aus',
    ],
    [
      '{actor} switched {name} on; {count} cameras that had been off stayed off',
      '{actor} hat {name} angeschaltet; {count} Kameras, die aus gewesen waren, blieben aus',
    ],
    ['{actor} switched {name} on', '{actor} hat {name} angeschaltet'],
  ),
  'tenant.moved': sentences([
    '{actor} moved {name} to {parent}',
    '{actor} hat {name} unter {parent} gestellt',
  ]),
  'tenant.deletion_started': sentences([
    '{actor} began to delete {name}',
    '{actor} hat begonnen, {name} zu löschen',
  ]),
  'tenant.deleted': sentences(
    ['{actor} deleted the customer {name}', '{actor} hat den Kunden {name} gelöscht'],
    ['{actor} deleted the integrator {name}', '{actor} hat den Errichter {name} gelöscht'],
  ),
  'plan.created': sentences(['{actor} created the plan {name}', '{actor} hat den Tarif {name} angelegt']),
  'plan.changed': sentences(['{actor} changed the plan {name}', '{actor} hat den Tarif {name} geändert']),
  'plan.deleted': sentences(['{actor} removed the plan {name}', '{actor} hat den Tarif {name} entfernt']),
};
