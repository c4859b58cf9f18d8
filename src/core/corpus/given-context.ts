/** Contexts that are given as values rather than taken from the library: a list of texts, or any JSON. */

import { codePointLength, type ContextSource, type DocumentSlice } from './context';

/** A list of texts, as `completion([…])` has. Documents are named by their place. */
export function listContext(texts: readonly string[]): ContextSource {
  const documents = texts.map((text, index) => ({
    id: `context-${index}`,
    name: `context[${index}]`,
    chars: codePointLength(text),
  }));
  return {
    kind: 'documents',
    typeName: 'list',
    documents,
    chars: documents.reduce((sum, document) => sum + document.chars, 0),
    open: () => {
      const parts = texts.map((text) => new Blob([text]));
      let byteEnd = 0;
      const slices = documents.map((document, index): DocumentSlice => {
        const byteStart = byteEnd;
        byteEnd += parts[index]?.size ?? 0;
        return { ...document, byteStart, byteEnd };
      });
      return Promise.resolve({ kind: 'documents', utf8: new Blob(parts), documents: slices });
    },
  };
}

/** Any other value: Python gets what `json.loads` makes of it. @throws TypeError for what JSON cannot hold */
export function jsonContext(value: unknown): ContextSource {
  const json = JSON.stringify(value) as string | undefined;
  if (json === undefined) throw new TypeError('The context cannot be written as JSON.');
  return {
    kind: 'json',
    typeName: pythonTypeName(value),
    documents: [],
    chars: codePointLength(json),
    open: () => Promise.resolve({ kind: 'json', utf8: new Blob([json]) }),
  };
}

function pythonTypeName(value: unknown): string {
  if (value === null) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'str' : 'dict';
}
