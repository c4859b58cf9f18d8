/** The file in an object that was embedded into an Office document: an Office file, a PDF, anything dragged in. */

import { Ole } from './ole';

export interface EmbeddedFile {
  readonly name: string;
  readonly blob: Blob;
}

const MAX_NAME_BYTES = 1024;

/**
 * `name` is that of the part, for objects that have none. Null when the object is none of the kinds that hold a file.
 * @throws SondeError `malformed`
 */
export async function embeddedFile(name: string, object: Blob): Promise<EmbeddedFile | null> {
  if (!(await Ole.isOle(object))) return { name, blob: object };
  const ole = await Ole.open(object);
  const stem = name.replace(/\.[^.]*$/, '');
  // Office since 2007, in the wrapping of before.
  const whole = (await ole.stream('Package')) ?? (await ole.stream('CONTENTS'));
  if (whole) return { name: stem, blob: new Blob([whole]) };
  const native = await ole.stream('\u0001Ole10Native');
  if (native) return packaged(stem, native);
  const ending = { word: 'doc', excel: 'xls', powerpoint: 'ppt', outlook: 'msg' }[ole.kind as string];
  return ending === undefined ? null : { name: `${stem}.${ending}`, blob: object };
}

/** What Windows' packager made of a file: its length, its name, its paths, its bytes ([MS-OLEDS], Ole10Native). */
function packaged(stem: string, native: Uint8Array<ArrayBuffer>): EmbeddedFile | null {
  const view = new DataView(native.buffer, native.byteOffset, native.byteLength);
  let at = 6;
  const string = (): string => {
    const end = native.subarray(at, at + MAX_NAME_BYTES).indexOf(0);
    if (end < 0) return '';
    const text = new TextDecoder('windows-1252').decode(native.subarray(at, at + end));
    at += end + 1;
    return text;
  };
  const label = string();
  string(); // where it lay
  at += 4;
  const pathBytes = at + 4 <= native.length ? view.getUint32(at, true) : Infinity;
  at += 4 + pathBytes;
  if (at + 4 > native.length) return null;
  const sizeBytes = view.getUint32(at, true);
  if (at + 4 + sizeBytes > native.length) return null;
  const name = label.slice(Math.max(label.lastIndexOf('\\'), label.lastIndexOf('/')) + 1);
  return { name: name === '' ? stem : name, blob: new Blob([native.subarray(at + 4, at + 4 + sizeBytes)]) };
}
