import { z } from 'zod';

const timeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/);

/** When a camera records in a week, in the time on the wall at its site. */
export const weeklySchedule = z.strictObject({
  /** IANA name, such as `Europe/Zurich`. */
  timeZone: z.string().min(1).max(64),
  windows: z
    .array(
      z.strictObject({
        /** Days the window begins on: 1 Monday … 7 Sunday (ISO 8601). */
        days: z.array(z.int().min(1).max(7)).min(1).max(7),
        from: timeOfDay,
        /** Not after `from`: on the next day; equal to it: 24 hours. */
        to: timeOfDay,
      }),
    )
    .max(50),
});
export type WeeklySchedule = z.infer<typeof weeklySchedule>;

/** How much is kept before a motion began and after it ended. */
export const motionMargins = z.strictObject({
  preRollSeconds: z.int().min(0).max(60),
  postRollSeconds: z.int().min(1).max(300),
});
export type MotionMargins = z.infer<typeof motionMargins>;
