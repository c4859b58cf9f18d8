/** Addresses inside a book: relative to the file they stand in, with `../`, percent signs and fragments. */

export interface BookAddress {
  /** As the archive names it. */
  readonly path: string;
  /** What comes after the `#`; null when nothing does. */
  readonly fragment: string | null;
}

/** `from` is the file the address stands in. */
export function addressIn(from: string, href: string): BookAddress {
  const hash = href.indexOf('#');
  const path = decoded(hash < 0 ? href : href.slice(0, hash)).replaceAll('\\', '/');
  const fragment = hash < 0 ? '' : decoded(href.slice(hash + 1));
  return {
    path: path === '' ? from : joined(from.slice(0, from.lastIndexOf('/') + 1), path),
    fragment: fragment === '' ? null : fragment,
  };
}

function joined(folder: string, path: string): string {
  const steps: string[] = [];
  for (const step of (path.startsWith('/') ? path : folder + path).split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return steps.join('/');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a percent sign of its own
  }
}
