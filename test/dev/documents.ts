/** The page over documents of every kind, made up as they are asked for, to look at its places while they are made. Never built. */

import { mount } from 'svelte';
import { compose } from '../../src/app/compose';
import type { App } from '../../src/app/app.svelte';
import { LibraryState } from '../../src/app/library.svelte';
import { findQuote } from '../../src/core/corpus/citations';
import { BARE, type CorpusInfo, type Library, type StoredDocument } from '../../src/core/corpus/library';
import { NO_STRUCTURE, type Mark, type Structure } from '../../src/core/corpus/structure';
import { SondeError } from '../../src/core/errors';
import PageOfSonde from '../../src/ui/App.svelte';
import '../../src/ui/tokens.css';
import '../../src/ui/base.css';
import { madeUp, pagePicture, type MadeUp } from './made-up';

const corpora: CorpusInfo[] = [];
const documents: StoredDocument[] = [];
const contents = new Map<string, MadeUp>();

function add(
  corpusId: string,
  name: string,
  kind: string,
  made: MadeUp,
  more: Partial<StoredDocument> = {},
): void {
  const id = `${corpusId}-${String(documents.length)}`;
  contents.set(id, made);
  documents.push({
    ...BARE,
    id,
    name,
    path: name,
    corpusId,
    kind,
    index: 0,
    chars: made.text.length,
    sourceBytes: made.text.length * 3,
    sizeBytes: made.text.length,
    encoding: 'utf-8',
    problem: null,
    duplicateOf: null,
    pages: made.marks.filter((mark) => mark.kind === 'page').length,
    ...more,
  });
}

function corpus(id: string, name: string, collection: string | null): void {
  corpora.push({
    id,
    name,
    createdAtMs: corpora.length,
    documents: 4,
    chars: 480_000,
    sizeBytes: 1_900_000,
    collection,
  });
}

corpus('c1', 'Harbour inquiry', 'Work');
corpus('c2', 'Letters', 'Home');
corpus('c3', 'Moby-Dick', null);
add('c1', 'reports/on-harbours.pdf', 'pdf', madeUp('report'), {
  hasSource: true,
  encoding: '',
  tags: ['evidence', 'law'],
  metadata: { title: 'On the state of the harbours', author: 'A. Pilot', createdAt: '2021-05-03' },
  losses: [
    { what: 'images', count: 14 },
    { what: 'scanned-pages', count: 2 },
  ],
});
add('c1', 'costs.xlsx', 'xlsx', madeUp('sheet'), { encoding: '', tags: ['evidence'] });
add('c1', 'notes.txt', 'text', madeUp('prose'));
add(
  'c1',
  'sealed.pdf',
  'pdf',
  { text: '', marks: [] },
  {
    hasSource: true,
    problem: { code: 'password', message: 'This PDF opens with a password only.' },
  },
);
add(
  'c1',
  'scan.pdf',
  'pdf',
  { text: '', marks: [] },
  {
    hasSource: true,
    pages: 3,
    problem: { code: 'empty', message: 'The pages of this PDF are pictures: there is no text in it.' },
  },
);

const find = (id: string) => {
  const document = documents.find((other) => other.id === id);
  if (!document) throw new SondeError({ code: 'not-found', message: 'There is no such document.' });
  return document;
};
const change = (id: string, more: Partial<StoredDocument>) => {
  const document = { ...find(id), ...more };
  documents.splice(documents.indexOf(find(id)), 1, document);
  return document;
};
const opened = (id: string) => {
  const made = madeUp('report');
  contents.set(id, made);
  return change(id, {
    problem: null,
    chars: made.text.length,
    pages: made.marks.filter(({ kind }) => kind === 'page').length,
  });
};
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const textOf = (id: string) => contents.get(id)?.text ?? '';
const marksOf = (id: string): readonly Mark[] => contents.get(id)?.marks ?? [];

const library: Library = {
  list: () => Promise.resolve([...corpora]),
  documents: (id) => Promise.resolve(documents.filter(({ corpusId }) => corpusId === id)),
  import: (files, options) =>
    new Promise((_resolve, reject) => {
      let at = 0;
      const timer = setInterval(() => {
        for (let step = 0; step < 40 && at < files.length; step++, at++) {
          const { path, file } = files[at] ?? { path: '', file: { size: 0 } };
          const problem =
            at % 97 === 5 ? ({ code: 'malformed', message: 'The file is broken.' } as const) : null;
          options?.onProgress?.({
            path,
            state: problem ? 'problem' : 'stored',
            doneBytes: file.size,
            totalBytes: file.size,
            problem,
          });
        }
      }, 20);
      options?.signal?.addEventListener('abort', () => {
        clearInterval(timer);
        reject(new DOMException('Cancelled', 'AbortError'));
      });
    }),
  text: (id, range) => Promise.resolve(textOf(id).slice(range?.start, range?.end)),
  structure: (id): Promise<Structure> => Promise.resolve({ ...NO_STRUCTURE, marks: marksOf(id) }),
  async page(id, request, signal) {
    await wait(60);
    signal?.throwIfAborted();
    return pagePicture(textOf(id), marksOf(id), request);
  },
  async unlock(id, password) {
    await wait(400);
    if (password !== 'open') throw new SondeError({ code: 'password', message: 'This is not the password.' });
    return opened(id);
  },
  async recognise(id, _options, onShare, signal) {
    for (let done = 0; done <= 30; done++) {
      await wait(100);
      signal.throwIfAborted();
      if (done >= 10) onShare((done - 10) / 20);
    }
    return opened(id);
  },
  exportCorpus: () => Promise.resolve(new Blob(['{}'])),
  importCorpus: () =>
    Promise.reject(new SondeError({ code: 'malformed', message: 'This is no corpus file.' })),
  setCollection: (id, collection) => {
    const index = corpora.findIndex((other) => other.id === id);
    const old = corpora[index];
    if (old) corpora[index] = { ...old, collection };
    return Promise.resolve();
  },
  setTags: (ids, tags) => {
    for (const id of ids) change(id, { tags: [...tags] });
    return Promise.resolve();
  },
  context: () => Promise.reject(new SondeError({ code: 'internal', message: 'Not on this page.' })),
  find: () => Promise.resolve([]),
  locate: (corpusId, quotations) =>
    Promise.resolve(
      quotations.map(({ text }) => {
        for (const { id } of documents.filter((document) => document.corpusId === corpusId)) {
          const range = findQuote(textOf(id), text);
          if (range) return { documentId: id, start: range.start, end: range.end };
        }
        return null;
      }),
    ),
  rename: () => Promise.resolve(),
  renameDocument: (id, name) => Promise.resolve(void change(id, { name })),
  remove: () => Promise.resolve(),
  removeDocument: (id) => Promise.resolve(void documents.splice(documents.indexOf(find(id)), 1)),
  storage: () => Promise.resolve({ usedBytes: 9.4e8, quotaBytes: 1e9, persisted: false }),
  persist: () => Promise.resolve(false),
};

const { app: composed } = compose({
  answerMarkup: async (checked) => (await import('../../src/ui/answer/answer-markup')).answerMarkup(checked),
});
const app: App = {
  ...composed,
  library: new LibraryState({ library, sample: () => Promise.resolve([]) }, composed.notices),
};
Object.assign(window, { devApp: app });
app.preferences.apply(document.documentElement, matchMedia('(prefers-contrast: more)').matches);
const target = document.getElementById('app');
if (target) mount(PageOfSonde, { target, props: { app } });
void app.library.refresh();
void app.models.load();
