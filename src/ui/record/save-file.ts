/** Hands the user a file to keep. */

export function saveFile(name: string, type: string, text: string): void {
  saveBlob(name, new Blob([text], { type }));
}

export function saveBlob(name: string, blob: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The download has its own handle once the click is over.
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 1000);
}
