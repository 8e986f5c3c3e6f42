import { useCallback } from 'react';
import type { Camera } from '../api/schema.js';
import { useFormats } from '../i18n/formats.js';
import { useRetold, type Retold } from '../i18n/retold.js';
import { useReasonWords } from './reason-words.js';

type CameraLine =
  | Exclude<Camera['desired']['reason'], 'recording'>
  | NonNullable<Camera['reported']>['state']
  | 'agent_offline'
  | 'agent_unknown'
  | 'missing'
  | 'not_started'
  | 'not_scheduled';

const cameraLines: Retold<CameraLine> = {
  de: {
    agent_offline: 'Offline seit {seen} (Box)',
    agent_unknown: 'Wartet auf die erste Nachricht der Box',
    missing: 'Offline seit {missing} (vor Ort nicht gefunden)',
    not_started: 'Wartet, bis die Box sie startet',
    not_scheduled: 'Wartet auf die nächste Zeit des Zeitplans',
    recording: 'Nimmt auf seit {since}',
    starting: 'Startet',
    stopped: 'Wartet, bis die Box sie startet',
    retrying: 'Nimmt nicht auf, wird wieder versucht{because}',
    parked: 'Nimmt nicht auf{because}',
    unbound: 'Nicht zugeordnet – einem Kunden zuordnen',
    no_plan: 'Aus – kein Tarif',
    customer_disabled: 'Aus – der Kunde ist abgeschaltet',
    integrator_disabled: 'Aus – der Errichter ist abgeschaltet',
    platform_disabled: 'Aus – die Plattform ist abgeschaltet',
    camera_off: 'Aus – abgeschaltet',
    mode_off: 'Aus – die Aufnahme ist ausgestellt',
    released: 'Freigegeben',
  },
};

/** Which line of {@link cameraLines} says how a camera is; as the registry decides (cameras/status.ts). */
function cameraLineOf({ desired, agent, missingSince, reported }: Camera): CameraLine {
  if (!desired.record) return desired.reason === 'recording' ? 'parked' : desired.reason;
  if (agent.presence === 'offline') return 'agent_offline';
  if (agent.presence === 'unknown') return 'agent_unknown';
  if (missingSince !== null) return 'missing';
  if (reported === null) return 'not_started';
  if (reported.state === 'stopped' && reported.reason === 'not_scheduled') return 'not_scheduled';
  return reported.state;
}

/** How a camera is and why, in one line (R19). */
export function useCameraLine(): (camera: Camera) => string {
  const retell = useRetold(cameraLines);
  const reason = useReasonWords();
  const { time } = useFormats();
  return useCallback(
    (camera) => {
      const { reported } = camera;
      const why = reported === null || !camera.desired.record ? null : reason(reported);
      return retell(cameraLineOf(camera), camera.status.sentence, {
        seen: time(camera.lastSeenAt),
        missing: time(camera.missingSince),
        since: time(reported?.since ?? null),
        because: why === null ? '' : `: ${why}`,
      });
    },
    [retell, reason, time],
  );
}
