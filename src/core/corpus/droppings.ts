/** Droppings of operating systems and of version control: files that nobody means to ask about. */

const names = new Set(['.DS_Store', 'Thumbs.db', 'ehthumbs.db', 'desktop.ini', '.git', '__MACOSX']);

/** True when any part of a path is one. `._` begins what macOS keeps beside a file, `~$` what Office does while it is open. */
export function isDropping(path: string): boolean {
  return path.split('/').some((part) => names.has(part) || part.startsWith('._') || part.startsWith('~$'));
}
