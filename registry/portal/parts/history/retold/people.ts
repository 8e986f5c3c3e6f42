import { sentences, type Retellings } from '../../../i18n/sentences.js';

/** What the history says of people, their rights and their letters. */
export const people: Retellings = {
  'user.signedIn': sentences(['{name} signed in', '{name} hat sich angemeldet']),
  'user.sessionsEnded': sentences(
    ['{actor} ended a session of their own', '{actor} hat eine eigene Sitzung beendet'],
    [
      '{actor} ended {count} other sessions of their own',
      '{actor} hat {count} andere eigene Sitzungen beendet',
    ],
  ),
  'user.created': sentences([
    '{actor} created the user {name} in {tenant}',
    '{actor} hat {name} bei {tenant} als Person angelegt',
  ]),
  'user.invited': sentences([
    '{actor} gave {name} a place in {tenant}',
    '{actor} hat {name} einen Platz bei {tenant} gegeben',
  ]),
  'user.changed': sentences(['{actor} changed {what} of {name}', '{actor} hat bei {name} geändert: {what}']),
  'user.disabled': sentences(
    [
      '{actor} switched the user {name} off: {reason}',
      '{actor} hat {name} den Zugang abgeschaltet: {reason}',
    ],
    ['{actor} switched the user {name} off', '{actor} hat {name} den Zugang abgeschaltet'],
  ),
  'user.enabled': sentences([
    '{actor} switched the user {name} on',
    '{actor} hat {name} den Zugang angeschaltet',
  ]),
  'user.deleted': sentences(['{actor} removed the user {name}', '{actor} hat {name} entfernt']),
  'user.activationSent': sentences([
    '{actor} sent {name} a new activation link',
    '{actor} hat {name} einen neuen Einladungslink gesandt',
  ]),
  'user.activationRead': sentences([
    '{actor} read an activation link of {name}',
    '{actor} hat einen Einladungslink von {name} gelesen',
  ]),
  'user.activated': sentences(
    [
      '{name} chose a password through a mailed link',
      '{name} hat mit einem Link aus einem Brief ein Passwort gewählt',
    ],
    [
      '{name} chose a password through a displayed link',
      '{name} hat mit einem gezeigten Link ein Passwort gewählt',
    ],
  ),
  'user.passwordReset': sentences(
    [
      '{name} chose a password through a mailed link',
      '{name} hat mit einem Link aus einem Brief ein neues Passwort gewählt',
    ],
    [
      '{name} chose a password through a displayed link',
      '{name} hat mit einem gezeigten Link ein neues Passwort gewählt',
    ],
    [
      "Somebody at the registry's machine gave {name} a new password",
      'Jemand am Rechner der Registry hat {name} ein neues Passwort gegeben',
    ],
  ),
  'user.passwordChanged': sentences([
    '{actor} changed their password',
    '{actor} hat das eigene Passwort geändert',
  ]),
  'user.emailConfirmed': sentences([
    '{name} confirmed the address {email}',
    '{name} hat die Adresse {email} bestätigt',
  ]),
  'user.totpAdded': sentences([
    '{actor} set up an authenticator app',
    '{actor} hat eine Authenticator-App eingerichtet',
  ]),
  'user.passkeyAdded': sentences([
    '{actor} added the passkey {name}',
    '{actor} hat den Passkey {name} hinzugefügt',
  ]),
  'user.recoveryCodesRenewed': sentences([
    '{actor} made new recovery codes',
    '{actor} hat neue Wiederherstellungscodes angelegt',
  ]),
  'user.factorRemoved': sentences(
    ['{actor} removed the authenticator app', '{actor} hat die Authenticator-App entfernt'],
    ['{actor} removed a passkey', '{actor} hat einen Passkey entfernt'],
  ),
  'user.secondFactorReset': sentences([
    '{actor} removed the second factor of {name}',
    '{actor} hat den zweiten Faktor von {name} entfernt',
  ]),
  'role.created': sentences([
    '{actor} made the role {name} in {tenant}',
    '{actor} hat bei {tenant} die Rolle {name} angelegt',
  ]),
  'role.changed': sentences(['{actor} changed the role {name}', '{actor} hat die Rolle {name} geändert']),
  'role.deleted': sentences(['{actor} removed the role {name}', '{actor} hat die Rolle {name} entfernt']),
  'apiKey.created': sentences([
    '{actor} made the API key {key} for {name}',
    '{actor} hat den API-Schlüssel {key} für {name} angelegt',
  ]),
  'apiKey.revoked': sentences([
    '{actor} revoked the API key {name}',
    '{actor} hat den API-Schlüssel {name} widerrufen',
  ]),
  'supportGrant.created': sentences([
    '{actor} lets {grantee} watch the video of {name} for {hours} h',
    '{actor} lässt {grantee} {hours} Stunden lang das Video von {name} ansehen',
  ]),
  'supportGrant.revoked': sentences([
    '{actor} ended a support grant',
    '{actor} hat einen Unterstützungszugriff beendet',
  ]),
  'letter.read': sentences([
    '{actor} read the letter “{subject}” to {recipient}',
    '{actor} hat den Brief „{subject}“ an {recipient} gelesen',
  ]),
};
