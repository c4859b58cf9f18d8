/** What of a kept model's own configuration decides how its messages must be sent. */

import * as v from 'valibot';
import type { DeviceModel } from '../../../core/models/device';

/** Where the engine keeps configurations in Cache storage. */
const CONFIG_CACHE = 'webllm/config';
const CONFIG_FILE = 'mlc-chat-config.json';

const schema = v.object({
  conv_template: v.optional(
    v.object({ role_templates: v.optional(v.nullable(v.record(v.string(), v.string()))) }),
  ),
});

export interface ChatConfig {
  /** The engine puts user messages into a template with `String.replace`, which gives `$` a meaning of its own. */
  readonly userTemplate: boolean;
}

/** Of a model that is kept here; null when its configuration is not, or cannot be read (loading then says why). */
export async function keptChatConfig(model: DeviceModel): Promise<ChatConfig | null> {
  if (!(await caches.has(CONFIG_CACHE))) return null;
  const cache = await caches.open(CONFIG_CACHE);
  const base = model.modelUrl.replace(/\/*$/, '/');
  const urls = [base, `${base}resolve/main/`].map((url) => url + CONFIG_FILE);
  for (const url of urls) {
    const kept = await cache.match(url);
    if (!kept) continue;
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), await kept.text());
    if (!parsed.success) return null;
    const userTemplate = parsed.output.conv_template?.role_templates?.['user'];
    return { userTemplate: userTemplate !== undefined };
  }
  return null;
}
