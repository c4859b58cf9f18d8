/** How the page looks to this reader: theme, contrast, widths of columns. Kept in local storage, read before the first paint. */

import * as v from 'valibot';

export type Theme = 'system' | 'light' | 'dark';
export type Contrast = 'system' | 'more';
/** How documents that have pages are shown. */
export type DocumentLook = 'pages' | 'text';

/** Local storage, or anything like it. */
export type TextStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const KEY = 'sonde.preferences';

const storedSchema = v.object({
  theme: v.fallback(v.picklist(['system', 'light', 'dark']), 'system'),
  contrast: v.fallback(v.picklist(['system', 'more']), 'system'),
  widths: v.fallback(v.record(v.string(), v.pipe(v.number(), v.minValue(0), v.maxValue(10_000))), {}),
  keepScreenOn: v.fallback(v.boolean(), true),
  documentLook: v.fallback(v.picklist(['pages', 'text']), 'pages'),
});
type Stored = v.InferOutput<typeof storedSchema>;

const DEFAULTS: Stored = {
  theme: 'system',
  contrast: 'system',
  widths: {},
  keepScreenOn: true,
  documentLook: 'pages',
};

export class Preferences {
  /** Null in a private window or under a policy that blocks storage: then they last as long as the page. */
  readonly #store: TextStore | null;
  #stored: Stored = $state.raw(DEFAULTS);

  constructor(store: TextStore | null) {
    this.#store = store;
    this.#stored = read(store);
  }

  get theme(): Theme {
    return this.#stored.theme;
  }
  get contrast(): Contrast {
    return this.#stored.contrast;
  }
  /** Whether the screen is to stay on while a run goes on. */
  get keepScreenOn(): boolean {
    return this.#stored.keepScreenOn;
  }

  get documentLook(): DocumentLook {
    return this.#stored.documentLook;
  }

  /** Pixels of a column the reader resized, by its name; null when it never was. */
  width(name: string): number | null {
    return this.#stored.widths[name] ?? null;
  }

  setTheme(theme: Theme): void {
    this.#save({ ...this.#stored, theme });
  }
  setContrast(contrast: Contrast): void {
    this.#save({ ...this.#stored, contrast });
  }
  setKeepScreenOn(keepScreenOn: boolean): void {
    this.#save({ ...this.#stored, keepScreenOn });
  }
  setDocumentLook(documentLook: DocumentLook): void {
    this.#save({ ...this.#stored, documentLook });
  }
  setWidth(name: string, pixels: number): void {
    this.#save({ ...this.#stored, widths: { ...this.#stored.widths, [name]: Math.round(pixels) } });
  }

  /** Puts theme and contrast on the root element; `moreContrast` is what the system asks for. */
  apply(root: HTMLElement, moreContrast: boolean): void {
    if (this.theme === 'system') delete root.dataset['theme'];
    else root.dataset['theme'] = this.theme;
    if (this.contrast === 'more' || moreContrast) root.dataset['contrast'] = 'more';
    else delete root.dataset['contrast'];
  }

  #save(next: Stored): void {
    this.#stored = next;
    try {
      this.#store?.setItem(KEY, JSON.stringify(next));
    } catch {
      // A full or blocked storage loses a colour and a width, nothing worth a word; they hold until the page closes.
    }
  }
}

/** Local storage when the browser allows it; touching it throws in some private windows. */
export function browserStore(kind: 'localStorage' | 'sessionStorage'): TextStore | null {
  try {
    return window[kind];
  } catch {
    return null;
  }
}

function read(store: TextStore | null): Stored {
  try {
    return v.parse(storedSchema, JSON.parse(store?.getItem(KEY) ?? '{}'));
  } catch {
    return DEFAULTS; // blocked, written by hand or cut short
  }
}
