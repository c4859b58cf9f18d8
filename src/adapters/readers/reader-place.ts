/** The page's part in reading: makes the sandboxed frame, starts and ends readers in it, and fetches what they need. */

import { SandboxFrame } from '../repl/sandbox-frame';
import { pythonSite } from '../repl/python-files';
import { ReaderFiles } from './reader-files';
import type { ReaderFile, ReaderPlace } from './wire';

interface Started {
  readonly frame: SandboxFrame;
  readonly worker: number;
}

/** One frame for all readers, made with the first; a frame that has died is replaced by the next call. */
export function createReaderPlace(files = new ReaderFiles()): ReaderPlace {
  const started = new Map<number, Started>();
  let frame: Promise<SandboxFrame> | null = null;
  let ids = 0;

  const liveFrame = async (): Promise<SandboxFrame> => {
    const current = await frame?.catch(() => null);
    if (current?.alive) return current;
    frame = pythonSite()
      .frame()
      .then((html) => SandboxFrame.create(html, 'Sandbox of the readers'));
    return frame;
  };

  return {
    async open(port) {
      const [live, script] = await Promise.all([liveFrame(), files.file('worker')]);
      const id = ++ids;
      // A reader that fails says nothing more: whoever waits for it ends it.
      const worker = live.run(script, port, () => started.delete(id));
      started.set(id, { frame: live, worker });
      return id;
    },
    close(id) {
      const reader = started.get(id);
      started.delete(id);
      reader?.frame.kill(reader.worker);
      return Promise.resolve();
    },
    file: (name: ReaderFile) => files.file(name),
  };
}
