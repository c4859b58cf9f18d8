/** Written by the catalogue plugin: the models the engine's package lists, without those that only embed. */
declare module 'virtual:sonde-device-catalogue' {
  const catalogue: {
    readonly engineVersion: string;
    readonly records: readonly import('./catalogue-record').CatalogueRecord[];
  };
  export default catalogue;
}
