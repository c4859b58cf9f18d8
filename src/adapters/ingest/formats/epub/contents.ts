/** The table of contents of a book: the navigation document of EPUB 3, or the NCX of EPUB 2. */

import { attribute, descendants, parseTree, type XmlElement } from '../xml';
import { addressIn, type BookAddress } from './book-paths';

export interface ContentsEntry extends BookAddress {
  readonly label: string;
  /** 1 is the outermost. */
  readonly level: number;
}

const MAX_ENTRIES = 50_000;

/** `path` is where the table stands. Entries that point nowhere are left out; what is in them is not. */
export function contentsIn(markup: string, path: string, kind: 'nav' | 'ncx'): ContentsEntry[] {
  const root = parseTree(markup);
  const entries: ContentsEntry[] = [];
  const add = (label: string, href: string | undefined, level: number): void => {
    const said = label.replace(/\s+/g, ' ').trim();
    if (href !== undefined && said !== '' && entries.length < MAX_ENTRIES)
      entries.push({ ...addressIn(path, href), label: said, level });
  };
  if (kind === 'nav') addItems(navigationList(root), 1, add);
  else for (const map of descendants(root, 'navMap')) addPoints(map, 1, add);
  return entries;
}

type Add = (label: string, href: string | undefined, level: number) => void;

function addPoints(parent: XmlElement, level: number, add: Add): void {
  for (const point of parent.children) {
    if (point.name !== 'navPoint') continue;
    const label = point.children.find(({ name }) => name === 'navLabel')?.text ?? '';
    const content = point.children.find(({ name }) => name === 'content');
    add(label, content && attribute(content.attributes, 'src'), level);
    addPoints(point, level + 1, add);
  }
}

/** The list of contents; a navigation document may also list pages and landmarks. */
function navigationList(root: XmlElement): XmlElement | undefined {
  const navs = [...(root.name === 'nav' ? [root] : []), ...descendants(root, 'nav')];
  const toc = navs.find(({ attributes }) =>
    /\btoc\b/.test(attributes['epub:type'] ?? attributes['role'] ?? ''),
  );
  return (toc ?? navs[0])?.children.find(({ name }) => name === 'ol' || name === 'ul');
}

function addItems(list: XmlElement | undefined, level: number, add: Add): void {
  for (const item of list?.children ?? []) {
    if (item.name !== 'li') continue;
    const link = item.children.find(({ name }) => name === 'a') ?? descendants(item, 'a')[0];
    const isOwn =
      link !== undefined &&
      !item.children.some((child) => isList(child) && descendants(child, 'a').includes(link));
    if (isOwn) add(link.text, attribute(link.attributes, 'href'), level);
    for (const child of item.children) if (isList(child)) addItems(child, level + 1, add);
  }
}

function isList({ name }: XmlElement): boolean {
  return name === 'ol' || name === 'ul';
}
