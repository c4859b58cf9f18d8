/** What the variable `context` will be: described here, handed to the interpreter as bytes the page never holds. */

/** A document as the model and the screen know it. Sizes are in Unicode code points, as Python counts. */
export interface DocumentInfo {
  readonly id: string;
  readonly name: string;
  readonly chars: number;
  /** What the file was: `pdf`, `markdown`, … Absent where the text came from no file. */
  readonly kind?: string;
  /** What the document calls itself. */
  readonly title?: string;
  /** How many of them are marked; absent or 0 where none is. */
  readonly pages?: number;
  readonly slides?: number;
  readonly sheets?: number;
}

/** A place in a document: code-point offsets, end exclusive. */
export interface Span {
  readonly documentId: string;
  readonly start: number;
  readonly end: number;
}

/** A passage that was looked for, and how well it fits. */
export interface FoundPlace extends Span {
  readonly score: number;
}

/** UTF-8 bytes of the context. Documents are slices of one blob, so that a handle is all that is passed on. */
export type ContextPayload =
  | {
      readonly kind: 'text';
      readonly utf8: Blob;
      /** Where the text and its structure lie in `utf8`; absent when that is the text alone. */
      readonly document?: DocumentSlice;
    }
  | { readonly kind: 'json'; readonly utf8: Blob }
  | { readonly kind: 'documents'; readonly utf8: Blob; readonly documents: readonly DocumentSlice[] };

export interface DocumentSlice extends DocumentInfo {
  /** Byte offsets into `utf8`, end exclusive. */
  readonly byteStart: number;
  readonly byteEnd: number;
  /** Where its `Structure` lies in the same blob, as JSON; absent when there is nothing to tell. */
  readonly structure?: { readonly byteStart: number; readonly byteEnd: number };
}

/** The bytes of a context's one text, without its structure. */
export function textBytes({ utf8, document }: Extract<ContextPayload, { kind: 'text' }>): Blob {
  return document ? utf8.slice(document.byteStart, document.byteEnd) : utf8;
}

export interface ContextSource {
  /** `text`: one `str`. `documents`: a list of documents. `json`: whatever the JSON is. */
  readonly kind: ContextPayload['kind'];
  /** Python's word for it in the prompt: `str`, `list`, `dict`, … */
  readonly typeName: string;
  /** Empty for `json`; one for `text`. */
  readonly documents: readonly DocumentInfo[];
  /** Total size in code points. */
  readonly chars: number;
  open(): Promise<ContextPayload>;
  /** Finds the passages that fit some words best, the best first, by an index. Absent where there is none. */
  find?(query: string, limit: number, signal: AbortSignal): Promise<readonly FoundPlace[]>;
}

/** The same for somebody who may know of the documents but not what stands in them: a title does. */
export function withoutTitles(context: ContextSource): ContextSource {
  return { ...context, documents: context.documents.map(({ title: _, ...document }) => document) };
}

/** A context of one string, as `completion(text)` and child runs have. `name` is shown to the user. */
export function textContext(text: string, name = 'context', id = 'context'): ContextSource {
  const chars = codePointLength(text);
  return {
    kind: 'text',
    typeName: 'str',
    documents: [{ id, name, chars }],
    chars,
    open: () => Promise.resolve({ kind: 'text', utf8: new Blob([text]) }),
  };
}

/** Length in code points, without building an array of them. */
export function codePointLength(text: string): number {
  let surrogatePairs = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit <= 0xdbff) {
      const next = text.charCodeAt(i + 1);
      if (next >= 0xdc00 && next <= 0xdfff) {
        surrogatePairs++;
        i++;
      }
    }
  }
  return text.length - surrogatePairs;
}
