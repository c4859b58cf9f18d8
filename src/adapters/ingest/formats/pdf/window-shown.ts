/**
 * Imported just before the worker's half of pdf.js: in a worker that has no `window`, it would take the worker's own
 * port for itself and answer messages that are not meant for it.
 */

const { window } = globalThis as { window?: unknown };
export const hadWindow = window !== undefined;

if (!hadWindow) Reflect.set(globalThis, 'window', globalThis);
