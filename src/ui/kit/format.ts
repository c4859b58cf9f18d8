/** Numbers as people read them: with units, rounded honestly, marked when they are estimates. */

const grouped = new Intl.NumberFormat('en-US');
const NARROW_SPACE = '\u202f';

/** `12,345` */
export function formatCount(count: number): string {
  return grouped.format(count);
}

/** `1 document`, `2 documents`; `plural` defaults to `singular` + s. */
export function formatPlural(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/** `0`, `950`, `41k`, `1.2M`: two significant figures at least, never more than three. */
export function formatShort(count: number): string {
  if (count < 1000) return String(Math.round(count));
  const units = ['', 'k', 'M', 'G', 'T'];
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return threeFigures(value) + (units[unit] ?? '');
}

/** `≈ 41k tokens`. Pass `exact` for counts a server reported. */
export function formatTokens(tokens: number, precision: 'estimate' | 'exact' = 'estimate'): string {
  const word = tokens === 1 ? 'token' : 'tokens';
  return `${precision === 'estimate' ? '≈ ' : ''}${formatShort(tokens)} ${word}`;
}

/** Bytes in decimal units, as disks and downloads are sold: `0 bytes`, `950 bytes`, `12 KB`, `2.5 GB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return bytes === 1 ? '1 byte' : `${String(Math.round(bytes))} bytes`;
  const units = ['KB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${threeFigures(value)} ${units[unit] ?? ''}`;
}

/** A measured time: `8 ms`, `0.42 s`, `12.3 s`, `3 min 05 s`, `2 h 10 min`. */
export function formatDuration(ms: number): string {
  if (ms < 100) return `${String(Math.round(ms))}${NARROW_SPACE}ms`;
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(seconds < 0.995 ? 2 : 1)}${NARROW_SPACE}s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)}${NARROW_SPACE}s`;
  const whole = Math.round(seconds);
  if (whole < 3600) {
    const rest = String(whole % 60).padStart(2, '0');
    return `${String(Math.floor(whole / 60))}${NARROW_SPACE}min ${rest}${NARROW_SPACE}s`;
  }
  const minutes = Math.round(seconds / 60);
  const rest = String(minutes % 60).padStart(2, '0');
  return `${formatCount(Math.floor(minutes / 60))}${NARROW_SPACE}h ${rest}${NARROW_SPACE}min`;
}

/** An expected time: `a moment`, `about 20 s`, `about 3 min`, `about 2 h`. */
export function formatAbout(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 2) return 'a moment';
  if (seconds < 10) return `about ${String(Math.round(seconds))} s`;
  if (seconds < 55) return `about ${String(Math.round(seconds / 5) * 5)} s`;
  const minutes = seconds / 60;
  if (minutes < 10) return `about ${String(Math.max(1, Math.round(minutes)))} min`;
  if (minutes < 55) return `about ${String(Math.round(minutes / 5) * 5)} min`;
  const hours = minutes / 60;
  return `about ${hours < 9.5 && Math.abs(hours - Math.round(hours)) > 0.2 ? hours.toFixed(1) : String(Math.round(hours))} h`;
}

/** `$0.00` only when free; `< $0.01` below a cent unless `precise`, which shows two significant figures. */
export function formatMoney(usd: number, precision: 'cents' | 'precise' = 'cents'): string {
  if (usd === 0) return '$0.00';
  if (usd < 0.01) {
    if (precision === 'cents') return '< $0.01';
    return `$${usd < 0.0000095 ? '0.00001' : Number(usd.toPrecision(2)).toFixed(decimalsFor(usd))}`;
  }
  return `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

/** `$0.02 of $1.00`, `18 of 50`: what is used of a limit; the limit's own unit is in `format`. */
export function formatOf(used: number, limit: number, format: (value: number) => string): string {
  return `${format(used)} of ${format(limit)}`;
}

/** A share in percent that says neither 0 % nor 100 % unless it is true: `< 1 %`, `41 %`, `> 99 %`. */
export function formatPercent(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 1) return `< 1${NARROW_SPACE}%`;
  if (percent > 99 && percent < 100) return `> 99${NARROW_SPACE}%`;
  return `${String(Math.round(percent))}${NARROW_SPACE}%`;
}

/** `just now`, `12 min ago`, `3 h ago`, `yesterday`, then the date. Times are epoch milliseconds. */
export function formatWhen(atMs: number, nowMs: number): string {
  const minutes = Math.floor((nowMs - atMs) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${String(minutes)} min ago`;
  const at = new Date(atMs);
  const now = new Date(nowMs);
  const days = Math.round((startOfDay(now) - startOfDay(at)) / 86_400_000);
  if (days === 0) return `${String(Math.floor(minutes / 60))} h ago`;
  if (days === 1) return 'yesterday';
  const sameYear = at.getFullYear() === now.getFullYear();
  return at.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' }),
  });
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

function threeFigures(value: number): string {
  if (value < 9.95) return value.toFixed(1).replace(/\.0$/, '');
  return String(Math.round(value));
}

function decimalsFor(usd: number): number {
  return Math.min(6, 1 - Math.floor(Math.log10(usd)));
}
