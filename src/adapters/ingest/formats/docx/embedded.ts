/** Files inside a Word document: other Office files as they are, others in the wrapping that Windows gave them. */

import type { DocumentBuilder } from '../document-builder';
import { embeddedFile } from '../ole-object';
import type { OfficePackage } from '../ooxml/office-package';
import { SondeError } from '../../../../core/errors';

/** Hands on what the part embeds. What cannot be unwrapped is a loss. */
export async function readEmbedded(office: OfficePackage, part: string, out: DocumentBuilder): Promise<void> {
  for (const { type, target, isExternal } of await office.related(part)) {
    const entry = isExternal ? undefined : office.find(target);
    if (!entry) continue;
    const name = target.slice(target.lastIndexOf('/') + 1);
    if (type === 'vbaProject') out.lost('scripts');
    else if (type === 'package' || type === 'aFChunk') await out.child(name, await office.zip.blob(entry));
    else if (type === 'oleObject') {
      try {
        const file = await embeddedFile(name, await office.zip.blob(entry));
        if (file) await out.child(file.name, file.blob);
        else out.lost('embedded-files');
      } catch (problem) {
        if (!(problem instanceof SondeError) || problem.code !== 'malformed') throw problem;
        out.lost('embedded-files');
      }
    }
  }
}
