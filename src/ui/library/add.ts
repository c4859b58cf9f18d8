/** Bringing things into the library and going to where they can be asked about. */

import type { App } from '../../app/app.svelte';
import type { ImportFile } from '../../core/corpus/library';
import { isCorpusFile, pickFiles } from './dropped';

/**
 * Imports files and goes to the corpus, unless the reader went somewhere else meanwhile. Corpora as files come in as
 * what they are, also among others.
 */
export async function addFiles(app: App, files: readonly ImportFile[], corpusId?: string): Promise<void> {
  const corpora = files.filter(isCorpusFile).map(({ file }) => file);
  const others = files.filter((file) => !isCorpusFile(file));
  if (others.length > 0) await arrive(app, () => app.library.import(others, corpusId ? { corpusId } : {}));
  if (corpora.length > 0) await arrive(app, () => app.library.care.importCorpora(corpora));
}

export async function addText(app: App, text: string, name: string): Promise<void> {
  await arrive(app, () => app.library.importText(text, name));
}

export async function addSample(app: App): Promise<void> {
  await arrive(app, () => app.library.importSample());
}

export async function addPicked(
  app: App,
  what: 'files' | 'folder' | 'corpora',
  corpusId?: string,
): Promise<void> {
  await addFiles(app, await pickFiles(what), corpusId);
}

async function arrive(app: App, act: () => Promise<string | null>): Promise<void> {
  const before = app.router.route;
  const corpusId = await act();
  if (corpusId === null || app.router.route !== before) return;
  if (before.place === 'run' || before.place === 'document') return;
  app.router.go({ place: 'ask', corpusId });
}
