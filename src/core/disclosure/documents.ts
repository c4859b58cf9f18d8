/** Documents and what of them went where: for the screen, the export and the sum over all runs. */

import type { DocumentInfo } from '../corpus/context';
import { reachOf } from './departure';
import { LOCAL, type Destination, type Exposure } from './exposure';
import { lengthOf, unionOf, without, type Ranges } from './ranges';

/** One document of a run. Ranges are in code points. */
export interface DocumentDisclosure extends DocumentInfo {
  /** By host beyond this computer, most characters first. */
  readonly hosts: readonly { readonly host: string; readonly chars: number; readonly ranges: Ranges }[];
  /** What went beyond this computer, to any host. */
  readonly left: Ranges;
  readonly leftChars: number;
  /** What models on this computer were shown, and nobody else. */
  readonly hereOnly: Ranges;
  readonly hereOnlyChars: number;
}

/** Documents of which anything was shown to any model; those of which most left come first. */
export function documentsIn(
  documents: readonly DocumentInfo[],
  exposures: readonly Exposure[],
): DocumentDisclosure[] {
  const byDocument = Map.groupBy(exposures, ({ documentId }) => documentId);
  return documents
    .flatMap((document) => {
      const own = byDocument.get(document.id);
      return own ? [disclosureOf(document, own)] : [];
    })
    .sort((a, b) => b.leftChars - a.leftChars || b.hereOnlyChars - a.hereOnlyChars);
}

function disclosureOf(document: DocumentInfo, exposures: readonly Exposure[]): DocumentDisclosure {
  const { id, name, chars } = document;
  const beyond = exposures.filter(({ to }) => !isHere(to));
  const left = unionOf(beyond.map(({ ranges }) => ranges));
  const here = unionOf(exposures.filter(({ to }) => isHere(to)).map(({ ranges }) => ranges));
  const hereOnly = without(here, left);
  const hosts = [...Map.groupBy(beyond, ({ to }) => to)]
    .map(([host, same]) => unionOfHost(host, same))
    .sort((a, b) => b.chars - a.chars);
  const sizes = { leftChars: lengthOf(left), hereOnlyChars: lengthOf(hereOnly) };
  return { id, name, chars, hosts, left, hereOnly, ...sizes };
}

function unionOfHost(host: string, same: readonly Exposure[]) {
  const ranges = unionOf(same.map((exposure) => exposure.ranges));
  return { host, ranges, chars: lengthOf(ranges) };
}

function isHere(to: Destination): boolean {
  return to === LOCAL || reachOf(to) === 'device';
}
