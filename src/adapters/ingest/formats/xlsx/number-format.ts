/** What a number format makes of a number: a plain one, a moment, a time of day or a length of time. */

export interface NumberFormat {
  /** Years, months or days are shown. */
  readonly date: boolean;
  /** Hours, minutes or seconds are shown. */
  readonly time: boolean;
  /** Hours may be more than 24: `[h]:mm`. */
  readonly duration: boolean;
}

export const PLAIN: NumberFormat = { date: false, time: false, duration: false };
const DATE: NumberFormat = { date: true, time: false, duration: false };
const TIME: NumberFormat = { date: false, time: true, duration: false };
const DATE_TIME: NumberFormat = { date: true, time: true, duration: false };
const DURATION: NumberFormat = { date: false, time: true, duration: true };

/** Formats that files name by number alone. 27 to 36 and 50 to 58 are those of East Asian editions. */
export function builtInFormat(id: number): NumberFormat {
  if (id === 46) return DURATION;
  if (id === 22) return DATE_TIME;
  if ((id >= 18 && id <= 21) || id === 45 || id === 47 || (id >= 32 && id <= 35)) return TIME;
  if ((id >= 14 && id <= 17) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58)) return DATE;
  return PLAIN;
}

/** A format code as files hold it, which is the same in every language of the program. */
export function formatOf(code: string): NumberFormat {
  const shown = code
    .replace(/"[^"]*"?|\\.|[_*]./gs, '') // text that is shown as it is
    .replace(/\[(?!(?:h+|m+|s+)\])[^\]]*\]/gi, ''); // colours, conditions, languages
  const section = (shown.split(';')[0] ?? '').toLowerCase();
  if (/^\s*(?:general|standard|@)?\s*$/.test(section)) return PLAIN;
  if (/\[(?:h+|m+|s+)\]/.test(section)) return DURATION;
  const hasDigits = /[0#?]/.test(section.replace(/s\.0+/g, 's'));
  const clock = /[hs]|am\/pm|a\/p/.test(section);
  const calendar =
    /[yd]|mmm/.test(section) || (section.includes('m') && !clock) || (!hasDigits && /[egb]/.test(section));
  if (hasDigits && !clock && !/[ymd]/.test(section)) return PLAIN;
  return { date: calendar, time: clock, duration: false };
}
