/** Days since an epoch, as spreadsheets store moments, in ISO 8601. */

import type { NumberFormat } from './number-format';

const DAY_MS = 86_400_000;
/** 9999-12-31, the last day spreadsheets know. */
const LAST_SERIAL = 2_958_466;
const EPOCH_1900 = Date.UTC(1899, 11, 30);
const EPOCH_1904 = Date.UTC(1904, 0, 1);

/** The moment as text, or the number itself where it is no moment. */
export function dateValue(serial: number, format: NumberFormat, from1904: boolean): string | number {
  if (format.duration) return durationText(serial);
  if (serial < 0 || serial >= LAST_SERIAL) return serial;
  const epoch = from1904 ? EPOCH_1904 : EPOCH_1900;
  const ms = Math.round(serial * DAY_MS);
  if (ms < DAY_MS && !(from1904 && format.date)) return clockText(ms);
  // Day 60 of the older epoch is a 29 February that never was: what lies before it is a day off.
  const days = Math.floor(ms / DAY_MS) + (!from1904 && ms < 60 * DAY_MS ? 1 : 0);
  const date = new Date(epoch + days * DAY_MS).toISOString().slice(0, 10);
  const timeMs = ms % DAY_MS;
  return timeMs === 0 && !format.time ? date : `${date}T${clockText(timeMs)}`;
}

/** `12:30:00`, and `.125` where there is a part of a second. Hours may go on past 24. */
function clockText(ms: number): string {
  const part = (value: number, width = 2) => String(Math.floor(value)).padStart(width, '0');
  const clock = `${part(ms / 3_600_000)}:${part((ms / 60_000) % 60)}:${part((ms / 1000) % 60)}`;
  return ms % 1000 === 0 ? clock : `${clock}.${part(ms % 1000, 3)}`;
}

function durationText(days: number): string | number {
  const ms = Math.round(Math.abs(days) * DAY_MS);
  if (!Number.isSafeInteger(ms)) return days;
  return (days < 0 && ms > 0 ? '-' : '') + clockText(ms);
}
