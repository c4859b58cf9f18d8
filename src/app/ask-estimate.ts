/** What the next question may take: the figures of its models, with how fast each is known to be. */

import type { CorpusInfo } from '../core/corpus/library';
import { parallelCallsOf } from '../core/run/connections';
import { estimateRun, type Estimate } from '../core/run/estimate';
import type { EstimateInput, EstimateModel } from '../core/run/estimate-input';
import { hostsOf } from '../core/run/hosts';
import { READER_PACE, SERVED_PACE } from '../core/run/pace';
import type { AskedModel, AskedModels } from './ask-models';
import type { DeviceState } from './device.svelte';

type Asked = Pick<EstimateInput, 'questionChars' | 'way' | 'limits'>;

export function estimateAsked(
  asked: Asked,
  { chars }: Pick<CorpusInfo, 'chars'>,
  { root, sub, verifier, ladders }: AskedModels,
  device?: Pick<DeviceState, 'paceOf'>,
): Estimate {
  const estimated = (model: AskedModel) => figuresOf(model, device);
  return estimateRun({
    ...asked,
    chars,
    root: estimated(root),
    sub: estimated(sub),
    verifier: verifier && estimated(verifier),
    ladders: {
      root: ladders.root.map(estimated),
      sub: ladders.sub.map(estimated),
      verifier: ladders.verifier.map(estimated),
    },
  });
}

function figuresOf({ model, ref }: AskedModel, device?: Pick<DeviceState, 'paceOf'>): EstimateModel {
  const { name, host, contextTokens, price } = model;
  const otherHosts = [...hostsOf(model)].filter((other) => other !== host);
  const parallelCalls = parallelCallsOf(model);
  const figures = { name, host, otherHosts, contextTokens, price, parallelCalls };
  const pace = ref.provider === 'webllm' ? device?.paceOf(ref.model) : undefined;
  if (ref.provider === 'reader') return { ...figures, pace: READER_PACE, reads: 'passages' };
  return pace ? { ...figures, pace, serial: true } : { ...figures, pace: SERVED_PACE };
}
