/** Where Pyodide's own packages are. */

import manifest from 'virtual:sonde-python';

/** The folder their files are in, as Pyodide itself derives it from its version. */
export function pyodidePackagesUrl(): string {
  return `https://cdn.jsdelivr.net/pyodide/v${manifest.pyodideVersion}/full/`;
}
