/** The parts of an Office file and how they point at each other: relationships, the main part, what it says of itself. */

import type { Metadata } from '../../../../core/corpus/structure';
import { attribute, descendants, parseTree } from '../xml';
import { Zip, type ZipEntry } from '../zip';

export interface Relationship {
  readonly id: string;
  /** The last part of the type's address, the same in both of the standard's editions: `worksheet`, `slide`. */
  readonly type: string;
  /** The part it points at, as the archive names it; an address when it is outside of the file. */
  readonly target: string;
  readonly isExternal: boolean;
}

/** Relationships, properties, a slide: a part that is held as a whole is never larger in an honest file. */
export const MAX_PART_BYTES = 64 * 1024 * 1024;

export class OfficePackage {
  readonly zip: Zip;
  readonly #relationships = new Map<string, Promise<readonly Relationship[]>>();

  private constructor(zip: Zip) {
    this.zip = zip;
  }

  static async open(file: Blob): Promise<OfficePackage> {
    return new OfficePackage(await Zip.open(file));
  }

  find(part: string): ZipEntry | undefined {
    return this.zip.find(part);
  }

  /** The text of a part, or null when it is not there. */
  async text(part: string): Promise<string | null> {
    const entry = this.zip.find(part);
    return entry ? this.zip.text(entry, MAX_PART_BYTES) : null;
  }

  /** What `part` points at; `''` is the file itself. Nothing, when that is not said or cannot be read. */
  related(part: string): Promise<readonly Relationship[]> {
    const known = this.#relationships.get(part) ?? this.#readRelationships(part);
    this.#relationships.set(part, known);
    return known;
  }

  /** The first of a type that `part` points at and that is there. */
  async relatedPart(part: string, type: string): Promise<string | null> {
    const found = (await this.related(part)).find(
      (one) => one.type === type && !one.isExternal && this.zip.find(one.target),
    );
    return found?.target ?? null;
  }

  /** The workbook or presentation: what the file says is its main part, or else where it usually lies. */
  async mainPart(usual: string): Promise<string | null> {
    const said = await this.relatedPart('', 'officeDocument');
    if (said !== null) return said;
    return this.zip.find(usual) ? usual : null;
  }

  async metadata(): Promise<Metadata> {
    const part = (await this.relatedPart('', 'core-properties')) ?? 'docProps/core.xml';
    const markup = await this.text(part);
    if (markup === null) return {};
    const properties = parseTree(markup);
    const of = (name: string) => descendants(properties, name)[0]?.text ?? '';
    return {
      title: of('title'),
      author: of('creator'),
      subject: of('subject'),
      createdAt: of('created'),
      modifiedAt: of('modified'),
      language: of('language'),
    };
  }

  async #readRelationships(part: string): Promise<readonly Relationship[]> {
    const slash = part.lastIndexOf('/');
    const folder = part.slice(0, slash + 1);
    const markup = await this.text(`${folder}_rels/${part.slice(slash + 1)}.rels`);
    if (markup === null) return [];
    return descendants(parseTree(markup), 'Relationship').map(({ attributes }) => {
      const isExternal = attribute(attributes, 'TargetMode') === 'External';
      const target = attribute(attributes, 'Target') ?? '';
      return {
        id: attribute(attributes, 'Id') ?? '',
        type: (attribute(attributes, 'Type') ?? '').split('/').at(-1) ?? '',
        target: isExternal ? target : this.#resolve(folder, target),
        isExternal,
      };
    });
  }

  /** Paths are relative to the folder, or to the file when they begin with a slash; some writers mix that up. */
  #resolve(folder: string, target: string): string {
    const path = decoded(target.replaceAll('\\', '/'));
    const resolved = normalised(path.startsWith('/') ? path : folder + path);
    if (this.zip.find(resolved)) return resolved;
    const fromRoot = normalised(path);
    return this.zip.find(fromRoot) ? fromRoot : resolved;
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a percent sign of its own
  }
}

function normalised(path: string): string {
  const kept: string[] = [];
  for (const step of path.split('/')) {
    if (step === '..') kept.pop();
    else if (step !== '' && step !== '.') kept.push(step);
  }
  return kept.join('/');
}
