/** Preferences that outlive the page. Keys of model servers come here only when the user asked for it: the caller decides. */

import * as v from 'valibot';
import type { SondeDatabase } from './database';

export interface Settings {
  /** The value, or undefined when there is none or it does not fit the schema. @throws SondeError storage codes. */
  get<T>(key: string, schema: v.GenericSchema<unknown, T>): Promise<T | undefined>;
  /** `value` must be plain data. @throws SondeError `quota` and other storage codes. */
  set(key: string, value: unknown): Promise<void>;
  remove(key: string): Promise<void>;
}

export function createSettings(db: SondeDatabase): Settings {
  return {
    get: (key, schema) =>
      db.within(async () => {
        const parsed = v.safeParse(schema, (await db.settings.get(key))?.value);
        return parsed.success ? parsed.output : undefined;
      }),
    set: (key, value) =>
      db.within(async () => {
        await db.settings.put({ key, value });
      }),
    remove: (key) => db.within(() => db.settings.delete(key)),
  };
}
