/** Files written into the text of old mails, between `begin 644 name` and `end`. */

export interface UuFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const BEGIN = /^begin(?:-base64)? [0-7]{3,4} (\S[^\r\n]*)$/;

/** The text without the files in it, and the files. What only looks like one stays text. */
export function withoutFiles(text: string): { readonly text: string; readonly files: readonly UuFile[] } {
  if (!/^begin /m.test(text)) return { text, files: [] };
  const lines = text.split('\n');
  const kept: string[] = [];
  const files: UuFile[] = [];
  for (let at = 0; at < lines.length; at++) {
    const name = BEGIN.exec(lines[at]?.trimEnd() ?? '')?.[1];
    const end = name === undefined ? -1 : endOfFile(lines, at + 1);
    if (name === undefined || end < 0) kept.push(lines[at] ?? '');
    else {
      files.push({ name: name.trim(), bytes: decoded(lines.slice(at + 1, end)) });
      at = end;
    }
  }
  return { text: kept.join('\n'), files };
}

/** The line with `end`; -1 when a line before it is none of a file. */
function endOfFile(lines: readonly string[], from: number): number {
  for (let at = from; at < lines.length; at++) {
    const line = lines[at]?.trimEnd() ?? '';
    if (line === 'end') return at;
    if (!/^[ -`]{0,62}$/.test(line)) return -1;
  }
  return -1;
}

function decoded(lines: readonly string[]): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  for (const line of lines) {
    const count = six(line, 0);
    const from = bytes.length;
    for (let at = 1; bytes.length - from < count; at += 4) {
      const bits =
        (six(line, at) << 18) | (six(line, at + 1) << 12) | (six(line, at + 2) << 6) | six(line, at + 3);
      bytes.push((bits >> 16) & 255, (bits >> 8) & 255, bits & 255);
    }
    bytes.length = from + count;
  }
  return Uint8Array.from(bytes);
}

/** Spaces at the end of lines get lost: they are zeros, as backquotes are. */
function six(line: string, at: number): number {
  return ((line.charCodeAt(at) || 32) - 32) & 63;
}
