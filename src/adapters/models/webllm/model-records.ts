/** Our models as the engine's records, and what the engine itself knows of them added where it runs. */

import type { AppConfig, ChatOptions, ModelRecord, WorkerRequest } from '@mlc-ai/web-llm';
import type { DeviceModel } from '../../../core/models/device';

/** What the engine is told of the models it may load. Files come from Cache storage, where downloads put them. */
export function engineConfig(models: readonly DeviceModel[]): AppConfig {
  return { cacheBackend: 'cache', model_list: models.map(recordOf) };
}

function recordOf(model: DeviceModel): ModelRecord {
  return {
    model: model.modelUrl,
    model_id: model.id,
    model_lib: model.libraryUrl,
    // Many records do not say so themselves; the engine then fails in the middle of its shaders.
    ...(model.needsF16 && { required_features: ['shader-f16'] }),
    ...(model.manifestFile !== null && { model_manifest: model.manifestFile }),
  };
}

/**
 * What a model is loaded with. Both are always given: only one may be positive, and some models' own configuration sets
 * the other.
 */
export function windowOptions(contextTokens: number): ChatOptions {
  return { context_window_size: contextTokens, sliding_window_size: -1 };
}

/**
 * In the worker, where the engine's own list is: adds to each record what that list has beyond it, e.g. overrides. The
 * page does not hold the list, for it comes with six megabytes of engine.
 */
export function withPrebuiltRecords(request: WorkerRequest, prebuilt: AppConfig): WorkerRequest {
  if (request.kind !== 'setAppConfig') return request;
  const given = request.content as AppConfig; // what the package itself takes the content of this kind for
  const model_list = given.model_list.map((record) => {
    const known = prebuilt.model_list.find(
      ({ model_id, model }) => model_id === record.model_id && model === record.model,
    );
    const required_features = [
      ...new Set([...(known?.required_features ?? []), ...(record.required_features ?? [])]),
    ];
    return known ? { ...known, ...record, required_features } : record;
  });
  return { ...request, content: { ...given, model_list } };
}
