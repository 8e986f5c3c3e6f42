import { childAt, textAt, type XmlElement } from '../xml.js';

/**
 * The camera's UTC time from GetSystemDateAndTimeResponse, epoch ms; null when it does not say (Q36). The local time is
 * no substitute: cameras get their time zones wrong (Q42).
 */
export function cameraTimeMs(response: XmlElement): number | null {
  const utc = childAt(response, 'SystemDateAndTime', 'UTCDateTime');
  const part = (...path: string[]): number => Number(textAt(utc, ...path) ?? Number.NaN);
  const [year, month, day] = [part('Date', 'Year'), part('Date', 'Month'), part('Date', 'Day')];
  const [hour, minute, second] = [part('Time', 'Hour'), part('Time', 'Minute'), part('Time', 'Second')];
  const inRange = (value: number, low: number, high: number) =>
    Number.isInteger(value) && value >= low && value <= high;
  const valid =
    inRange(year, 1970, 2200) &&
    inRange(month, 1, 12) &&
    inRange(day, 1, 31) &&
    inRange(hour, 0, 24) &&
    inRange(minute, 0, 59) &&
    inRange(second, 0, 60);
  return valid ? Date.UTC(year, month - 1, day, hour, minute, second) : null;
}
