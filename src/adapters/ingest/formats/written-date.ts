/** Dates as people and programs write them, as ISO 8601: as exact as they were given, and with their own time zone. */

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const zones: Readonly<Record<string, string>> = {
  ut: 'Z',
  utc: 'Z',
  gmt: 'Z',
  z: 'Z',
  est: '-05:00',
  edt: '-04:00',
  cst: '-06:00',
  cdt: '-05:00',
  mst: '-07:00',
  mdt: '-06:00',
  pst: '-08:00',
  pdt: '-07:00',
};

const iso =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?)?)?)?$/i;
const compact = /^(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?(Z)?)?$/;
const mail =
  /^(?:[a-z]+,?\s+)?(\d{1,2})[\s-]+([a-z]{3})[a-z]*\.?,?[\s-]+(\d{4}|\d{2})(?!\d)(?:,?\s+(\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d+)?\s*([+-]\d{4}|[a-z]{1,4})?)?/i;
const american = /^(?:[a-z]+,?\s+)?([a-z]{3})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b/i;
/** As C's `asctime` has it, and the first line of a message in a mailbox. */
const asctime = /^[a-z]{3}\s+([a-z]{3})\s+(\d{1,2})\s+(\d\d):(\d\d)(?::(\d\d))?\s+(?:[a-z]+\s+)?(\d{4})/i;

/** Undefined where it is no date that can be told. Numbers alone with slashes cannot: days and months change places. */
export function isoOfWritten(written: string): string | undefined {
  const text = written
    .replace(/\([^()]*\)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
  const known = iso.exec(text);
  if (known) return assemble(known[1], known[2], known[3], known.slice(4, 7), known[7]);
  const dense = compact.exec(text);
  if (dense) return assemble(dense[1], dense[2], dense[3], dense.slice(4, 7), dense[7]);
  const clock = asctime.exec(text);
  if (clock) return assemble(clock[6], monthOf(clock[1]), clock[2], clock.slice(3, 6), undefined);
  const sent = mail.exec(text);
  if (sent) return assemble(fullYear(sent[3]), monthOf(sent[2]), sent[1], sent.slice(4, 7), sent[7]);
  const told = american.exec(text);
  if (told) return assemble(told[3], monthOf(told[1]), told[2], [], undefined);
  return undefined;
}

function assemble(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  [hours, minutes, seconds]: readonly (string | undefined)[],
  zone: string | undefined,
): string | undefined {
  if (year === undefined) return undefined;
  if (month === undefined) return year;
  if (Number(month) < 1 || Number(month) > 12) return undefined;
  if (day === undefined) return `${year}-${two(month)}`;
  if (Number(day) < 1 || Number(day) > 31) return undefined;
  const date = `${year}-${two(month)}-${two(day)}`;
  if (hours === undefined || minutes === undefined || Number(hours) > 24 || Number(minutes) > 59) return date;
  return `${date}T${two(hours)}:${minutes}${seconds === undefined ? '' : `:${seconds}`}${zoneOf(zone)}`;
}

function two(digits: string): string {
  return digits.padStart(2, '0');
}

function monthOf(name: string | undefined): string | undefined {
  const at = months.indexOf(name?.toLowerCase() ?? '');
  return at < 0 ? '0' : String(at + 1); // no month: no date
}

/** RFC 2822: years of two digits are of 1950 to 2049. */
function fullYear(year: string | undefined): string | undefined {
  if (year?.length !== 2) return year;
  return (Number(year) < 50 ? '20' : '19') + year;
}

function zoneOf(said: string | undefined): string {
  if (said === undefined) return '';
  const offset = /^([+-]\d\d):?(\d\d)$/.exec(said);
  return offset ? `${offset[1] ?? ''}:${offset[2] ?? ''}` : (zones[said.toLowerCase()] ?? '');
}
