/** What to tell a user of a compound file that no reader takes. */

import { SondeError } from '../../../core/errors';
import type { OleKind } from './ole';

/** A document with a password, or an old Office file by its name and what to save it as. */
export function oleRefusal(kind: OleKind): SondeError {
  if (kind === 'encrypted')
    return new SondeError({
      code: 'password',
      message: 'This Office document is protected with a password.',
      hint: 'Open it in Office, save it without the password, and drop that.',
    });
  const [what, newer] = OLD_FILES[kind];
  return new SondeError({
    code: 'unreadable',
    message: `${what} cannot be read.`,
    hint: `Open it in the program that made it, save it as ${newer}, and drop that.`,
  });
}

const OLD_FILES: Readonly<Record<Exclude<OleKind, 'encrypted'>, readonly [what: string, newer: string]>> = {
  word: ['Word files from before 2007 (.doc)', 'DOCX'],
  excel: ['Excel files from before 2007 (.xls)', 'XLSX'],
  powerpoint: ['PowerPoint files from before 2007 (.ppt)', 'PPTX'],
  outlook: ['Outlook messages of this make (.msg)', 'EML'],
  other: ['Files of this old Office format', 'PDF or DOCX'],
};
