/** Reads documents in the sandbox: no network, no storage, no page. What it needs it is handed, what it finds it hands on. */

import { expose } from 'comlink';
import { SondeError, toProblem } from '../../src/core/errors';
import { DocumentBuilder } from '../../src/adapters/ingest/formats/document-builder';
import type { HeavyModules, PageJob, ReaderInput } from '../../src/adapters/ingest/formats/reader';
import { readerOf } from '../../src/adapters/ingest/formats/registry';
import { Zip } from '../../src/adapters/ingest/formats/zip';
import type { ReadJob, ReaderApi, ReaderSink } from '../../src/adapters/readers/wire';
import { withOutcomes, type WithOutcomes } from '../../src/adapters/worker-outcome';

const modules = new Map<keyof HeavyModules, Promise<unknown>>();
const packs = new Map<string, Promise<Zip>>();

function inputOf(job: ReadJob | PageJob, sink: ReaderSink): ReaderInput {
  const path = 'path' in job ? job.path : '';
  return {
    file: job.file,
    path,
    password: job.password,
    signal: new AbortController().signal, // who cancels ends this worker
    ocr: 'ocr' in job ? job.ocr : null,
    progress: (done, total) => void sink.progress(done, total),
    asset: (assetPath) => asset(assetPath, sink),
    load: (name) => load(name, sink),
  };
}

/** A module of its own bundle; its code comes from the page, since nothing can be fetched here. */
function load<K extends keyof HeavyModules>(name: K, sink: ReaderSink): Promise<HeavyModules[K]> {
  let loading = modules.get(name);
  if (!loading) {
    loading = sink.file(name).then(async (code) => {
      const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
      return (await import(/* @vite-ignore */ url)) as unknown;
    });
    modules.set(name, loading);
  }
  return loading as Promise<HeavyModules[K]>; // the build makes one bundle per name, see vite-readers.ts
}

/** `pdf/cmaps/X` is `cmaps/X` in the pack `pdf-data`. */
async function asset(path: string, sink: ReaderSink): Promise<Blob> {
  const slash = path.indexOf('/');
  const name = path.startsWith('ocr/') ? 'ocr-data' : 'pdf-data';
  const pack = packs.get(name) ?? sink.file(name).then((file) => Zip.open(file));
  packs.set(name, pack);
  const zip = await pack;
  const entry = zip.find(path.slice(slash + 1));
  if (!entry) throw new Error(`there is no ${path} among the files of the readers`);
  return zip.blob(entry);
}

/** A library that stumbles over a file says so in words of its own; to the user the file is damaged. */
function problemOf(thrown: unknown): SondeError {
  if (thrown instanceof SondeError) return thrown;
  return new SondeError(
    {
      code: 'malformed',
      message: 'This file is damaged, or written in a way that is not understood here.',
      hint: 'Open it in the program that made it and save it anew, or as PDF, then drop that.',
    },
    { cause: thrown },
  );
}

const api: ReaderApi = {
  async read(job, sink) {
    const out = new DocumentBuilder(sink);
    const input = inputOf(job, sink);
    const { kind, read } = await readerOf(job.format, input);
    try {
      await read(input, out);
    } catch (thrown) {
      const problem = toProblem(problemOf(thrown));
      const more = out.position === 0 ? '' : ' What was read of it by then is kept.';
      return { kind, ...(await out.finish()), problem: { ...problem, message: problem.message + more } };
    }
    return { kind, ...(await out.finish()) };
  },
  async page(job, sink) {
    const input = inputOf(job, sink);
    return (await input.load('pdf')).renderPage(input, job);
  },
};

self.onmessage = ({ ports }: MessageEvent) => {
  const port = ports[0];
  if (port) expose(withOutcomes(api) satisfies WithOutcomes<ReaderApi>, port);
};
