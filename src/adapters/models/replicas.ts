/** One model served at several addresses. */

import type { ChatModel } from '../../core/ports';
import { createOpenAiModel, type OpenAiModelConfig, type OpenAiModelPorts } from './openai';

/**
 * The model of `config`, also served at `addresses` (base URLs): each with connections, retries and a throttle of its own.
 * Asked as one it is the first; the load is shared by whoever asks its `replicas`.
 * @param headersFor what is sent besides the key, by base URL
 */
export function createReplicatedModel(
  config: OpenAiModelConfig,
  addresses: readonly string[],
  headersFor: (baseUrl: string) => Readonly<Record<string, string>>,
  ports: OpenAiModelPorts = {},
): ChatModel {
  const baseUrls = new Set([config.baseUrl, ...addresses].map(trimmedAddress));
  const [first, ...others] = [...baseUrls].map((baseUrl) =>
    createOpenAiModel({ ...config, baseUrl, headers: headersFor(baseUrl) }, ports),
  );
  if (!first || others.length === 0) return first ?? createOpenAiModel(config, ports);
  return {
    name: first.name,
    host: first.host,
    contextTokens: first.contextTokens,
    price: first.price,
    ...(first.shapes && { shapes: first.shapes }),
    replicas: [first, ...others],
    complete: (messages, options, signal) => first.complete(messages, options, signal),
  };
}

function trimmedAddress(baseUrl: string): string {
  return baseUrl.trim().replace(/\/+$/, '');
}
