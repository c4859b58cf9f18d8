/** The sample corpus as files to import. A chunk of its own: loaded when someone asks for the sample. */

import type { ImportFile } from '../core/corpus/library';
import { generateSample } from '../core/corpus/sample';

export function sampleFiles(): ImportFile[] {
  return generateSample().map(({ path, text }) => {
    const name = path.split('/').at(-1) ?? path;
    return { path, file: new File([text], name, { type: 'text/plain' }) };
  });
}
