/** What a form shows as filled in. Secrets and hidden fields are no text of the page. */

import type { HtmlAttributes } from './html-stream';

const shown = new Set('text search email url tel number date time month week datetime-local'.split(' '));

/** The text of an `<input>`, with spaces around it; empty when it shows none. */
export function filledIn(attributes: HtmlAttributes): string {
  const type = attributes['type']?.toLowerCase() || 'text';
  if (type === 'checkbox' || type === 'radio') return attributes['checked'] === undefined ? ' [ ] ' : ' [x] ';
  return shown.has(type) && attributes['value'] ? ` ${attributes['value']} ` : '';
}
