/** Names out of archives and messages as paths that can lead nowhere and look like what they are. */

const MAX_PART = 200;
const MAX_PARTS = 60;
const MAX_PATH = 2000;
/** Control characters, and those that turn the writing around, by which `fdp.exe` looks like `exe.pdf`. */
const DECEPTIVE = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu;
/** Windows takes these for devices, whatever follows the dot. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/**
 * A relative path of parts that are names: none is empty, `.` or `..`, and none begins with a drive. A part that has to
 * go is left out; where none is left the name is `unnamed`.
 */
export function harmlessPath(name: string): string {
  const slashes = /(?:^|[\\/])\.\.(?:[\\/]|$)|^\\|^[a-z]:/i.test(name) ? name.replaceAll('\\', '/') : name;
  const parts = slashes
    .replace(/^[a-z]:(?=\/|$)/i, '')
    .split('/')
    .map(harmlessPart)
    .filter((part) => part !== '' && part !== '.' && part !== '..');
  const path = parts.slice(-MAX_PARTS).join('/');
  return path === '' ? 'unnamed' : path.length > MAX_PATH ? shortened(parts.at(-1) ?? '') : path;
}

function harmlessPart(part: string): string {
  const shown = part.toWellFormed().replace(DECEPTIVE, '_');
  if (/^[\s.]*$/.test(shown)) return '';
  return shortened(DEVICE.test(shown) ? `_${shown}` : shown);
}

/** Cut in the middle: a name's beginning and its ending both tell something. */
function shortened(part: string): string {
  if (part.length <= MAX_PART) return part;
  const ending = /\.[^.\s]{1,16}$/.exec(part)?.[0] ?? '';
  return `${part.slice(0, MAX_PART - ending.length - 1)}…${ending}`.toWellFormed();
}

/** Gives each path out once; one that was given before gets a number, as `notes (2).txt`. */
export class UniquePaths {
  readonly #taken = new Set<string>();
  readonly #numbers = new Map<string, number>();

  take(path: string): string {
    let number = this.#numbers.get(path) ?? 1;
    let unique = path;
    while (this.#taken.has(unique)) {
      number++;
      unique = path.replace(/(?<=[^/])(\.[^./]{1,16})?$/, ` (${number})$1`);
    }
    this.#numbers.set(path, number);
    this.#taken.add(unique);
    return unique;
  }
}
