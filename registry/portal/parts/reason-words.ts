import { useCallback } from 'react';
import { useRetold, type Retold } from '../i18n/retold.js';

/** By the codes of the agent (recorder/outcome.ts). */
const recorderReasons: Retold<string> = {
  de: {
    desired_off: 'Die Aufnahme ist abgeschaltet',
    not_scheduled: 'Der Zeitplan will jetzt keine Aufnahme',
    camera_unreachable: 'Die Kamera ist nicht erreichbar',
    stream_not_found: 'Unter der Adresse gibt es kein Video',
    codec_unsupported: 'Was die Kamera sendet, lässt sich nicht aufnehmen',
    auth_failed: 'Die Kamera weist die Anmeldung ab',
    busy: 'Alle Plätze der Kamera für Zuschauer sind belegt',
    source_silent: 'Die Kamera sendet nichts mehr',
    source_closed: 'Die Kamera hat die Verbindung beendet',
    source_failed: 'Die Verbindung zur Kamera scheitert',
    picture_changed: 'Das Bildformat der Kamera hat sich geändert',
    no_segment: 'Die Kamera sendet, aber kein brauchbares Bild',
    clock_drift: 'Die Uhr der Box wurde gestellt, oder das Video läuft anders als sie',
    segment_too_large: 'Die Datenrate ist zu hoch für ein Stück dieser Länge',
    disk_full: 'Die Platte der Box ist voll oder nimmt nichts mehr an',
    ffmpeg_missing: 'Auf der Box fehlt ffmpeg',
    ffmpeg_failed: 'ffmpeg ist auf der Box gescheitert',
    recorder_failed: 'Die Aufnahme ist in der Box gescheitert',
  },
};

/** Why a camera is not recorded, as its box reports it; null when it gave no reason. */
export function useReasonWords(): (reported: {
  reason: string | null;
  detail: string | null;
}) => string | null {
  const retell = useRetold(recorderReasons);
  return useCallback(
    ({ reason, detail }) =>
      reason === null && detail === null ? null : retell(reason, detail ?? reason ?? ''),
    [retell],
  );
}
