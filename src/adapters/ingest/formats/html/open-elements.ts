/**
 * Which elements of a page are open. Follows the HTML standard where it decides what text belongs together — what ends
 * a paragraph, an item, a cell, and which end tags mean nothing — in time that grows with the page, however it is nested.
 */

import { SondeError } from '../../../../core/errors';

const MOST_OPEN = 1_000_000;

export const headings: ReadonlySet<string> = new Set(['h1', 'h2', 'h3', 'h4', 'h5', 'h6']);
const tableParts = new Set(['td', 'th', 'tr', 'tbody', 'thead', 'tfoot', 'caption', 'colgroup']);
const sections = new Set(['tbody', 'thead', 'tfoot', 'caption', 'colgroup']);
const rows = new Set([...sections, 'tr']);
const cells = new Set(['td', 'th', 'caption']);
const lists = new Set(['ul', 'ol', 'dl', 'menu']);
const items = new Set(['li', 'dt', 'dd']);
/** What these open on top of an open one of those ends it. */
const endsOnTop = new Map<string, ReadonlySet<string>>([
  ['option', new Set(['option'])],
  ['optgroup', new Set(['option', 'optgroup'])],
  ['rt', new Set(['rt', 'rp'])],
  ['rp', new Set(['rt', 'rp'])],
  ['a', new Set(['a'])],
  ['body', new Set(['head'])],
  ...(
    'address article aside blockquote details dialog div dl fieldset figcaption figure footer form header hgroup hr ' +
    'main menu nav ol p pre search section summary table ul'
  )
    .split(' ')
    .map((name): [string, ReadonlySet<string>] => [name, new Set(['p'])]),
  ...[...headings].map((name): [string, ReadonlySet<string>] => [name, new Set([...headings, 'p'])]),
]);

/** What an end tag can see: it does not reach out of a cell or a table. */
interface Scope {
  readonly isTable: boolean;
  /** How many elements of each name are open in it. */
  readonly open: Map<string, number>;
}

/** A list, or a cell: items belong to the innermost. */
interface ListScope {
  /** Where in the stack it begins. */
  readonly at: number;
  openItems: number;
}

export class OpenElements {
  readonly #closed: (name: string) => void;
  readonly #stack: string[] = [];
  readonly #scopes: Scope[] = [{ isTable: false, open: new Map() }];
  readonly #lists: ListScope[] = [{ at: -1, openItems: 0 }];

  #deepest = 0;

  /** `closed` is told of every element that ends, the innermost first. */
  constructor(closed: (name: string) => void) {
    this.#closed = closed;
  }

  /** How many were open at once at most. */
  get deepest(): number {
    return this.#deepest;
  }

  /** Ends what an element of this name ends by beginning. */
  makeRoom(name: string): void {
    if (items.has(name) && this.#lists.at(-1)?.openItems) this.#popThrough((open) => items.has(open));
    else if (name === 'table' && this.#scope.isTable) this.#popThrough((open) => open === 'table');
    else if (tableParts.has(name)) this.#makeRoomInTable(name);
    const ended = endsOnTop.get(name);
    for (let top = this.#stack.at(-1); ended && top !== undefined && ended.has(top); top = this.#stack.at(-1))
      this.#pop();
  }

  /** @throws SondeError `malformed` when it is nested beyond all reason. */
  push(name: string): void {
    if (this.#stack.length >= MOST_OPEN) throw tooDeep();
    const isCell = cells.has(name) && this.#scope.isTable;
    this.#count(name, 1);
    if (items.has(name)) this.#countItem(1);
    if (name === 'table' || isCell) this.#scopes.push({ isTable: name === 'table', open: new Map() });
    if (lists.has(name) || isCell) this.#lists.push({ at: this.#stack.length, openItems: 0 });
    this.#deepest = Math.max(this.#deepest, this.#stack.push(name));
  }

  /** Ends the innermost open element of this name, and all within. False when there is none it could mean. */
  close(name: string): boolean {
    if (name === 'table') {
      if (this.#scopes.length < 2) return false;
    } else if (tableParts.has(name) && this.#table) {
      if (!this.#table.open.get(name)) return false;
    } else if (!this.#scope.open.get(name)) {
      // Any end tag of a heading ends a heading.
      const top = this.#stack.at(-1);
      if (!headings.has(name) || top === undefined || !headings.has(top)) return false;
      this.#pop();
      return true;
    }
    this.#popThrough((open) => open === name);
    return true;
  }

  closeAll(): void {
    while (this.#stack.length > 0) this.#pop();
  }

  #makeRoomInTable(name: string): void {
    const table = this.#table;
    if (!table) return;
    const isOpen = (names: ReadonlySet<string>) => [...names].some((each) => table.open.get(each));
    if (isOpen(cells)) this.#popThrough((open) => cells.has(open));
    if (rows.has(name) && table.open.get('tr')) this.#popThrough((open) => open === 'tr');
    if (sections.has(name) && isOpen(sections)) this.#popThrough((open) => sections.has(open));
  }

  #popThrough(isLast: (name: string) => boolean): void {
    for (let name = this.#pop(); name !== undefined && !isLast(name); name = this.#pop());
  }

  #pop(): string | undefined {
    const name = this.#stack.pop();
    if (name === undefined) return undefined;
    if (this.#lists.at(-1)?.at === this.#stack.length) this.#lists.pop();
    // A cell stands directly in the scope of its table, so the top scope is the one this element began.
    if (name === 'table' || (cells.has(name) && !this.#scope.isTable && this.#table?.open.get(name)))
      this.#scopes.pop();
    this.#count(name, -1);
    if (items.has(name)) this.#countItem(-1);
    this.#closed(name);
    return name;
  }

  get #scope(): Scope {
    return this.#scopes.at(-1) ?? { isTable: false, open: new Map() };
  }

  /** The innermost table, from in or between its cells. */
  get #table(): Scope | undefined {
    const scope = this.#scope;
    return scope.isTable ? scope : this.#scopes.at(-2);
  }

  #count(name: string, by: 1 | -1): void {
    const { open } = this.#scope;
    open.set(name, (open.get(name) ?? 0) + by);
  }

  #countItem(by: 1 | -1): void {
    const list = this.#lists.at(-1);
    if (list) list.openItems += by;
  }
}

function tooDeep(): SondeError {
  return new SondeError({
    code: 'malformed',
    message: 'This page is nested deeper than any page would be.',
    hint: 'Save its text as plain text and drop that.',
  });
}
