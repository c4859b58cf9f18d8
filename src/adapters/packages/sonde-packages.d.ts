/** Written by the sandbox plugin: Pyodide's pinned list of packages, trimmed; `lock.ts` reads it. */
declare module 'virtual:sonde-packages' {
  const table: unknown;
  export default table;
}
