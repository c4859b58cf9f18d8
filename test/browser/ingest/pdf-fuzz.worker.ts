/** Reads one PDF after another away from the test, so that one that hangs can be ended. */

import { readPdf, renderPage } from '../../../src/adapters/ingest/formats/pdf/pdf';
import { toProblem } from '../../../src/core/errors';
import { readWith } from '../../fixtures/read-with';
import { asset } from './pdf-kit';

export interface FuzzReply {
  /** `read`, or the code of the problem it ended with. */
  readonly ended: string;
  readonly message: string;
  readonly drawn: string;
}

const endOf = async (work: Promise<unknown>): Promise<[code: string, message: string]> =>
  work.then(
    () => ['read', ''],
    (thrown: unknown) => {
      const { code, message } = toProblem(thrown);
      return [code, message];
    },
  );

self.onmessage = async ({ data: file }: MessageEvent<Blob>) => {
  const [ended, message] = await endOf(readWith((input, out) => readPdf({ ...input, asset }, out), file));
  const job = { file, password: null, number: 1, widthPx: 300, span: { start: 0, end: 10 } };
  const [drawn] = await endOf(renderPage({ asset }, job));
  self.postMessage({ ended, message, drawn } satisfies FuzzReply);
};
