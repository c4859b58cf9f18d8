/** What the pages under test/dev stand on: a library, a store of runs and settings that last as long as the page. */

import { NO_STRUCTURE } from '../../src/core/corpus/structure';
import { BARE, type Library, type CorpusInfo, type StoredDocument } from '../../src/core/corpus/library';
import { SondeError } from '../../src/core/errors';
import type { ChatModel, SavedVariables } from '../../src/core/ports';
import type { RunEvent } from '../../src/core/record/events';
import { foldRun } from '../../src/core/record/fold';
import type { RunStore, RunSummary } from '../../src/core/record/run-store';
import { findQuote } from '../../src/core/corpus/citations';
import { textContext, type ContextSource } from '../../src/core/corpus/context';

export function memoryLibrary(texts: Readonly<Record<string, string>>): Library {
  const names = Object.keys(texts);
  const text = (id: string) => texts[id] ?? '';
  const chars = names.reduce((sum, name) => sum + text(name).length, 0);
  const corpus: CorpusInfo = {
    id: 'c1',
    name: 'Moby-Dick',
    createdAtMs: 0,
    documents: names.length,
    chars,
    sizeBytes: chars,
    collection: null,
  };
  const documents = names.map((name, index): StoredDocument => ({
    id: name,
    name,
    chars: text(name).length,
    corpusId: 'c1',
    index,
    sourceBytes: chars,
    sizeBytes: chars,
    encoding: 'utf-8',
    kind: 'text',
    problem: null,
    duplicateOf: null,
    path: name,
    ...BARE,
  }));
  const never = () => Promise.reject(new SondeError({ code: 'internal', message: 'Not on this page.' }));
  return {
    list: () => Promise.resolve([corpus]),
    documents: () => Promise.resolve(documents),
    import: never,
    text: (id, range) => Promise.resolve(text(id).slice(range?.start, range?.end)),
    structure: () => Promise.resolve(NO_STRUCTURE),
    page: never,
    unlock: never,
    recognise: never,
    exportCorpus: never,
    importCorpus: never,
    setCollection: never,
    setTags: never,
    context: () => Promise.resolve(textContext(text(names[0] ?? ''))),
    find: () => Promise.resolve([]),
    locate: (_corpusId, quotations) =>
      Promise.resolve(
        quotations.map((quotation) => {
          for (const name of names) {
            const range = findQuote(text(name), quotation.text);
            if (range) return { documentId: name, start: range.start, end: range.end };
          }
          return null;
        }),
      ),
    rename: never,
    renameDocument: never,
    remove: never,
    removeDocument: never,
    storage: () => Promise.resolve({ usedBytes: 0, quotaBytes: 1e9, persisted: true }),
    persist: () => Promise.resolve(true),
  };
}

export class MemoryRuns implements RunStore {
  readonly logs = new Map<string, RunEvent[]>();

  append(treeId: string, event: RunEvent): void {
    const log = this.logs.get(treeId);
    if (log) log.push(event);
    else this.logs.set(treeId, [event]);
  }
  flush(): Promise<void> {
    return Promise.resolve();
  }
  reopen(treeId: string): Promise<boolean> {
    return Promise.resolve(this.logs.has(treeId));
  }
  list(): Promise<RunSummary[]> {
    const summaries = [...this.logs].flatMap(([id, log]) => {
      const run = foldRun(log)?.run;
      if (!run) return [];
      const { question, startedAtMs, status, durationMs } = run;
      return [
        {
          id,
          question,
          corpusId: run.context.corpusId,
          corpusName: run.context.corpusName,
          rootModel: run.root.name,
          startedAtMs,
          status,
          answerPreview: run.answer.slice(0, 200),
          durationMs,
          follows: run.follows,
          origin: 'asked' as const,
        },
      ];
    });
    return Promise.resolve(summaries.sort((a, b) => b.startedAtMs - a.startedAtMs));
  }
  events(treeId: string, fromSeq = 0): Promise<RunEvent[]> {
    return Promise.resolve((this.logs.get(treeId) ?? []).filter(({ seq }) => seq >= fromSeq));
  }
  remove(treeId: string): Promise<void> {
    this.logs.delete(treeId);
    this.#contexts.delete(treeId);
    this.#variables.delete(treeId);
    return Promise.resolve();
  }
  readonly #contexts = new Map<string, ContextSource>();
  readonly #variables = new Map<string, SavedVariables>();
  keepContext(treeId: string, context: ContextSource): Promise<void> {
    this.#contexts.set(treeId, context);
    return Promise.resolve();
  }
  context(treeId: string): Promise<ContextSource | null> {
    return Promise.resolve(this.#contexts.get(treeId) ?? null);
  }
  keepVariables(treeId: string, saved: SavedVariables): Promise<void> {
    this.#variables.set(treeId, saved);
    return Promise.resolve();
  }
  variables(treeId: string): Promise<SavedVariables | null> {
    return Promise.resolve(this.#variables.get(treeId) ?? null);
  }
}

/** A model nothing is ever asked of. */
export function idleModel(name: string, host: string | null): ChatModel {
  return {
    name,
    host,
    contextTokens: 128_000,
    price: host === null ? { input: 0, output: 0 } : { input: 1.25, output: 10 },
    // eslint-disable-next-line require-yield
    async *complete() {
      await Promise.resolve();
      throw new SondeError({ code: 'internal', message: 'This model answers nothing.' });
    },
  };
}
