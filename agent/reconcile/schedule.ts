import type { WeeklySchedule } from '@gantry/protocol/schedule.js';

const minutesADay = 1_440;

/**
 * Does the schedule ask for recording at this instant (epoch ms)? It speaks of the time on the wall at the site: an
 * hour that is left out in spring is not recorded, one that comes twice in autumn is recorded twice. A time zone
 * nobody knows here records always: too much footage can be deleted, too little cannot be made. Pure.
 */
export function isScheduled(schedule: WeeklySchedule, atMs: number): boolean {
  const wall = wallTimeOf(schedule.timeZone, atMs);
  if (wall === null) return true;
  const yesterday = wall.day === 1 ? 7 : wall.day - 1;
  return schedule.windows.some(({ days, from, to }) => {
    const [fromMinute, toMinute] = [minuteOf(from), minuteOf(to)];
    const isOverMidnight = toMinute <= fromMinute;
    const endMinute = isOverMidnight ? toMinute + minutesADay : toMinute;
    const began = (day: number, minute: number): boolean =>
      days.includes(day) && fromMinute <= minute && minute < endMinute;
    return began(wall.day, wall.minute) || began(yesterday, wall.minute + minutesADay);
  });
}

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

const dayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Day of the week (1 Monday … 7 Sunday) and minute of the day there; null in an unknown time zone. */
function wallTimeOf(timeZone: string, atMs: number): { day: number; minute: number } | null {
  let parts: Intl.DateTimeFormatPart[];
  try {
    parts = new Intl.DateTimeFormat('en-US', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }).formatToParts(atMs);
  } catch {
    return null;
  }
  const valueOf = (type: string): string => parts.find((part) => part.type === type)?.value ?? '';
  return {
    day: dayNames.indexOf(valueOf('weekday')) + 1,
    minute: Number(valueOf('hour')) * 60 + Number(valueOf('minute')),
  };
}
