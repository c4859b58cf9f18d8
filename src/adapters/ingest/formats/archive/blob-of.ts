/** Bytes that come in pieces, as one blob that a browser may keep on disk. */

const BLOCK_BYTES = 4 * 1024 * 1024;

/** `onBlock` is waited for after every few megabytes. */
export async function blobOf(
  pieces: AsyncIterable<Uint8Array<ArrayBuffer>>,
  onBlock?: () => Promise<void>,
): Promise<Blob> {
  const blocks: Blob[] = [];
  let gathered: Uint8Array<ArrayBuffer>[] = [];
  let gatheredBytes = 0;
  for await (const piece of pieces) {
    gathered.push(piece);
    gatheredBytes += piece.length;
    if (gatheredBytes < BLOCK_BYTES) continue;
    blocks.push(new Blob(gathered));
    gathered = [];
    gatheredBytes = 0;
    await onBlock?.();
  }
  return new Blob([...blocks, ...gathered]);
}
