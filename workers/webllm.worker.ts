/** The worker the GPU's models run in: the engine's own message handler, and nothing else. */

import { prebuiltAppConfig, WebWorkerMLCEngineHandler, type WorkerRequest } from '@mlc-ai/web-llm';
import { withPrebuiltRecords } from '../src/adapters/models/webllm/model-records';
import { holdLifeLock } from '../src/adapters/worker-host';

holdLifeLock();

const handler = new WebWorkerMLCEngineHandler();

self.onmessage = ({ data }: MessageEvent<WorkerRequest>): void => {
  handler.onmessage(withPrebuiltRecords(data, prebuiltAppConfig));
};
