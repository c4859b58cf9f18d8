/** Written by the readers' plugin: where their files are, relative to the site's root. */
declare module 'virtual:sonde-readers' {
  const urls: Readonly<Record<string, string>>;
  export default urls;
}
