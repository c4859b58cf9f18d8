/** What a recorded run is gone on with: its models, made again, and who is handed a key. */

import { expect, it } from 'vitest';
import { prepareResume, type RerunsPorts } from '../../../src/app/reruns';
import { textContext } from '../../../src/core/corpus/context';
import type { ModelRef, RecordedRef } from '../../../src/core/models/model-ref';
import type { RunEvent } from '../../../src/core/record/events';
import { runScripted } from '../../fixtures/run-kit';
import { scriptedModel } from '../../fixtures/scripted-model';

const at = (host: string): RecordedRef => ({
  provider: 'openai',
  baseUrl: `https://${host}/v1`,
  model: host,
});

/** A run that failed at once, and the models that were made to resume it. */
async function resumed(root: RecordedRef, apiKey: string): Promise<ModelRef[]> {
  const refs = {
    root,
    sub: at('sub.example'),
    verifier: at('judge.example'),
    rootLadder: [at('root.example')],
    subLadder: [],
    verifierLadder: [],
  };
  const { events } = await runScripted({ root: scriptedModel({ replies: [] }), request: { refs } });
  const made: ModelRef[] = [];
  const ports: RerunsPorts = {
    store: {
      events: (): Promise<RunEvent[]> => Promise.resolve(events),
      context: () => Promise.resolve(textContext('It is I.')),
    },
    library: { context: () => Promise.reject(new Error('no library')), list: () => Promise.resolve([]) },
    connect: (ref) => {
      made.push(ref);
      return Promise.resolve(scriptedModel({ replies: [] }));
    },
    withKey: (ref) => ref,
    follow: () => Promise.reject(new Error('follows nothing')),
  };
  await prepareResume(ports, events[0] && 'runId' in events[0] ? events[0].runId : '', { apiKey });
  return made;
}

const keyed = (made: readonly ModelRef[]) =>
  made.flatMap((ref) => (ref.provider === 'openai' && ref.apiKey === 'key' ? [ref.model] : []));

it('hands a given key to the server of the root model alone, or of the sub-model where the root is at none', async () => {
  expect(keyed(await resumed(at('root.example'), 'key'))).toEqual(['root.example', 'root.example']);
  const made = await resumed({ provider: 'reader' }, 'key');
  expect(keyed(made)).toEqual(['sub.example']);
  expect(made).toHaveLength(4);
});
