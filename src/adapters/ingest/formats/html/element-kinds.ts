/** Which elements of a page do what to its text. */

/** Begin and end a line. */
export const lineElements: ReadonlySet<string> = new Set(
  (
    'address article aside body center dd details dialog div dl dt fieldset figcaption figure footer form frameset ' +
    'header hgroup html legend main nav option optgroup search section select summary caption tbody thead tfoot'
  ).split(' '),
);
/** Are set off by an empty line. */
export const paragraphElements: ReadonlySet<string> = new Set(
  'p pre xmp listing plaintext blockquote hr'.split(' '),
);
export const preformatted: ReadonlySet<string> = new Set(['pre', 'xmp', 'listing', 'plaintext', 'textarea']);
export const lists: ReadonlySet<string> = new Set(['ul', 'ol', 'menu']);
export const media: ReadonlySet<string> = new Set(['video', 'audio']);
