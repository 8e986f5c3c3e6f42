import { useCallback } from 'react';
import { useRetold, type Retold } from '../../i18n/retold.js';
import type { Why } from './timeline.js';

const words: Retold<Why['cause']> = {
  de: {
    camera_unreachable: 'Die Kamera war nicht erreichbar',
    auth_failed: 'Die Kamera wies die Anmeldung ab',
    agent_offline: 'Die Box lief nicht',
    disabled: 'Es war keine Aufnahme verlangt',
    not_wanted: 'Nach Zeitplan oder ohne Bewegung wird nicht aufgenommen',
    disk_full: 'Die Platte der Box war voll',
    evicted: 'Aufgenommen, dann aufgegeben: der Speicher der Box war voll',
    source_silent: 'Die Kamera sandte kein Bild',
    recorder_failed: 'Die Aufnahme scheiterte in der Box',
    codec_unsupported: 'Was die Kamera sendet, lässt sich nicht aufnehmen',
    clock_changed: 'Die Uhr der Box wurde gestellt',
    camera_off: 'Die Kamera war abgeschaltet',
    unbound: 'Die Kamera war nicht zugeordnet',
    customer_disabled: 'Der Kunde war abgeschaltet',
    integrator_disabled: 'Der Errichter war abgeschaltet',
    platform_disabled: 'Die Plattform war abgeschaltet',
    damaged: 'Die Datei war beschädigt',
    on_its_way: 'Noch unterwegs',
    retention_ended: 'Die Aufbewahrungszeit ist abgelaufen',
    unexplained: 'Es fehlt, und niemand hat gesagt, warum',
  },
};

/** Why a time is not recorded, in the person's language. */
export function useGapWords(): (why: Why) => string {
  const retell = useRetold(words);
  return useCallback(({ cause, sentence }) => retell(cause, sentence), [retell]);
}
