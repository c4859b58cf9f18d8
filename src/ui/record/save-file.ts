/** Hands the user a file to keep. */

export function saveFile(name: string, type: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  // The download has its own handle once the click is over.
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 1000);
}
