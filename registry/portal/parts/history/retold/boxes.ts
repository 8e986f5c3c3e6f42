import { sentences, type Retellings } from '../../../i18n/sentences.js';

/** What the history says of boxes and the keys they come in by. */
export const boxes: Retellings = {
  'agent.enrolled': sentences([
    'The agent {name} enrolled with the token {key}',
    'Die Box {name} kam mit dem Schlüssel {key} herein',
  ]),
  'agent.approved': sentences([
    '{actor} let the agent {name} in by its code',
    '{actor} hat die Box {name} mit ihrem Code eingelassen',
  ]),
  'agent.rejected': sentences([
    '{actor} turned away the box {name}',
    '{actor} hat die Box {name} abgewiesen',
  ]),
  'agent.renamed': sentences([
    '{actor} renamed the agent {name} to {next}',
    '{actor} hat die Box {name} in {next} umbenannt',
  ]),
  'agent.rule_changed': sentences(
    [
      '{actor} let new cameras of {name} wait unbound',
      '{actor} lässt neue Kameras von {name} auf Zuordnung warten',
    ],
    [
      '{actor} let new cameras of {name} go to {customer}',
      '{actor} lässt neue Kameras von {name} zu {customer} gehen',
    ],
  ),
  'agent.revoked': sentences(['{actor} revoked the agent {name}', '{actor} hat die Box {name} entlassen']),
  'agent.stolen': sentences([
    '{actor} reported as stolen the agent {name}',
    '{actor} hat die Box {name} als gestohlen gemeldet',
  ]),
  'agent.stolenSeen': sentences(
    [
      'The stolen agent {name} asked to be enrolled from an unknown address',
      'Die gestohlene Box {name} bat von einer unbekannten Adresse um Einlass',
    ],
    [
      'The stolen agent {name} asked to be enrolled from {address}',
      'Die gestohlene Box {name} bat von {address} um Einlass',
    ],
    [
      'The stolen agent {name} tried to connect from an unknown address',
      'Die gestohlene Box {name} wollte sich von einer unbekannten Adresse verbinden',
    ],
    [
      'The stolen agent {name} tried to connect from {address}',
      'Die gestohlene Box {name} wollte sich von {address} verbinden',
    ],
  ),
  'agent.endedKeyUsed': sentences(
    [
      'A key of {name} that counts no more was used from an unknown address',
      'Ein Schlüssel von {name}, der nicht mehr zählt, wurde von einer unbekannten Adresse benutzt',
    ],
    [
      'A key of {name} that counts no more was used from {address}',
      'Ein Schlüssel von {name}, der nicht mehr zählt, wurde von {address} benutzt',
    ],
  ),
  'agent.replaced': sentences([
    '{actor} put {next} in the place of {name}',
    '{actor} hat {name} durch {next} ersetzt',
  ]),
  'agent.drained': sentences(
    [
      '{name}, which was replaced, has handed in everything; its key counts no more',
      '{name} wurde ersetzt und hat alles abgegeben; ihr Schlüssel zählt nicht mehr',
    ],
    [
      '{name}, which was replaced, had its time; {count} segments were not handed in',
      '{name} wurde ersetzt, und ihre Zeit ist um; {count} Stücke wurden nicht abgegeben',
    ],
  ),
  'agent.conflict_settled': sentences([
    '{actor} looked into who uses the key of {name}',
    '{actor} hat nachgesehen, wer den Schlüssel von {name} benutzt',
  ]),
  'agent.offered': sentences([
    '{actor} offered {name} to another integrator',
    '{actor} hat {name} einem anderen Errichter angeboten',
  ]),
  'agent.offer_withdrawn': sentences([
    '{actor} took the offer of {name} back',
    '{actor} hat das Angebot von {name} zurückgenommen',
  ]),
  'agent.transferred': sentences(
    ['{actor} accepted the agent {name}', '{actor} hat die Box {name} angenommen'],
    [
      '{name} was accepted by the integrator it was offered to',
      '{name} wurde von dem Errichter angenommen, dem sie angeboten war',
    ],
  ),
  'agent.offer_declined': sentences(
    ['{actor} declined the agent {name}', '{actor} hat die Box {name} abgelehnt'],
    [
      '{name} was declined by the integrator it was offered to',
      '{name} wurde von dem Errichter abgelehnt, dem sie angeboten war',
    ],
  ),
  'agent.evidenceRefused': sentences(
    [
      '{name} handed in footage without a signature, though it signed before; it was refused',
      '{name} gab Aufnahmen ohne Unterschrift ab, obwohl sie vorher unterschrieb; sie wurden abgelehnt',
    ],
    [
      '{name} handed in footage with a signature that is not its own; it was refused',
      '{name} gab Aufnahmen mit einer fremden Unterschrift ab; sie wurden abgelehnt',
    ],
  ),
  'agent.setup_login': sentences(
    [
      '{actor} gave a camera login for the site on {name}',
      '{actor} hat der Box {name} eine Kamera-Anmeldung für den Standort gegeben',
    ],
    [
      '{actor} gave a camera login for {camera} on {name}',
      '{actor} hat der Box {name} eine Anmeldung für {camera} gegeben',
    ],
  ),
  'agent.setup_add': sentences([
    '{actor} added a camera by its address on {name}',
    '{actor} hat bei {name} eine Kamera mit ihrer Adresse hinzugefügt',
  ]),
  'agent.setup_name': sentences([
    '{actor} named a camera on {name}',
    '{actor} hat bei {name} eine Kamera benannt',
  ]),
  'agent.setup_search': sentences([
    '{actor} let {range} be searched on {name}',
    '{actor} hat {name} in {range} suchen lassen',
  ]),
  'enrolmentToken.created': sentences([
    '{actor} made the enrolment token {key} for {name}',
    '{actor} hat den Boxen-Schlüssel {key} für {name} angelegt',
  ]),
  'enrolmentToken.revoked': sentences([
    '{actor} revoked the enrolment token {name}',
    '{actor} hat den Boxen-Schlüssel {name} widerrufen',
  ]),
};
