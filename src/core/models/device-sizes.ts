/** How sizes of models and of memory are said in a sentence. */

/** Decimal, as downloads are sold: `945 MB`, `2.5 GB`. Never less than `1 MB`. */
export function sizeText(bytes: number): string {
  const megabytes = Math.max(1, bytes / 1e6);
  if (Math.round(megabytes) < 1000) return `${String(Math.round(megabytes))} MB`;
  const gigabytes = megabytes / 1000;
  return `${gigabytes >= 99.5 ? String(Math.round(gigabytes)) : gigabytes.toFixed(1)} GB`;
}
