/** Imported just after the worker's half of pdf.js: takes back what `window-shown` did. */

import { hadWindow } from './window-shown';

if (!hadWindow) Reflect.deleteProperty(globalThis, 'window');
