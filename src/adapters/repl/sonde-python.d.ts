/** Written by the sandbox plugin: where Python's files are, and what its snapshot depends on. */
declare module 'virtual:sonde-python' {
  const manifest: {
    readonly pyodideVersion: string;
    /** Changes with anything that runs inside the worker. */
    readonly runtimeHash: string;
    /** Relative to the site's root in a build, absolute when served in development. */
    readonly urls: {
      readonly sandbox: string;
      readonly loader: string;
      readonly glue: string;
      readonly wasm: string;
      readonly stdlib: string;
    };
  };
  export default manifest;
}
