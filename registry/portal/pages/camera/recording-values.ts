import type { Camera } from '../../api/schema.js';

export type Recording = Camera['recording'];
export type Windows = NonNullable<Recording['scheduleWindows']>;

/** The usual margins around motion (R8), offered where none are set. */
export const usualMotion = { preRollSeconds: 5, postRollSeconds: 10 };
/** Nights and weekends are what people ask for. */
export const firstWindow: Windows[number] = { days: [1, 2, 3, 4, 5, 6, 7], from: '18:00', to: '07:00' };

/** What of a camera's recording is kept in mind by its mode; the rest is null, as the API wants it. */
export function cleaned(value: Recording): Recording {
  return {
    ...value,
    motion: value.mode === 'motion' ? value.motion : null,
    scheduleWindows: value.mode === 'schedule' ? value.scheduleWindows : null,
  };
}

export const sameRecording = (a: Recording, b: Recording): boolean =>
  JSON.stringify(cleaned(a)) === JSON.stringify(cleaned(b));

/** Fields in which two differ. */
export const differing = (a: Recording, b: Recording): (keyof Recording)[] =>
  (Object.keys(a) as (keyof Recording)[]).filter(
    (key) => JSON.stringify(cleaned(a)[key]) !== JSON.stringify(cleaned(b)[key]),
  );
