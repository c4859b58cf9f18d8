/**
 * Markdown written by a model as a tree of harmless elements. Nothing in it loads, runs, or reaches outside of the
 * answer: images that are not in the text become their description, links say where they lead and open apart.
 */

import DOMPurify, { type Config } from 'dompurify';
import { Marked } from 'marked';

const markdown = new Marked({ gfm: true, breaks: false });

const config: Config & { RETURN_DOM_FRAGMENT: true } = {
  ALLOWED_TAGS: [
    ...['p', 'br', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'pre', 'code', 'ul', 'ol', 'li'],
    ...['strong', 'em', 'b', 'i', 'del', 's', 'sub', 'sup', 'kbd', 'mark', 'q', 'cite', 'abbr', 'a', 'img'],
    ...['table', 'thead', 'tbody', 'tr', 'th', 'td', 'caption', 'dl', 'dt', 'dd', 'details', 'summary'],
    '#text',
  ],
  // No id or name: they would become properties of the document. No style or class: an answer is set, not styled.
  ALLOWED_ATTR: ['href', 'src', 'alt', 'title', 'start', 'align', 'colspan', 'rowspan', 'lang', 'dir'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOW_UNKNOWN_PROTOCOLS: false,
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|data:image\/(?:png|jpeg|gif|webp);base64,)/i,
  ADD_DATA_URI_TAGS: [],
  KEEP_CONTENT: true,
  FORBID_CONTENTS: ['script', 'style', 'template', 'svg', 'math', 'iframe', 'object', 'noscript', 'title'],
  RETURN_DOM_FRAGMENT: true,
};

const DATA_IMAGE = /^data:image\/(?:png|jpeg|gif|webp);base64,[a-z0-9+/=\s]+$/i;

const purifier = DOMPurify(window);
// Before the clean tree is brought into the page: until then nothing in it can load.
purifier.addHook('uponSanitizeElement', (node) => {
  if (node.nodeName !== 'IMG' || !(node instanceof Element)) return;
  if (DATA_IMAGE.test(node.getAttribute('src') ?? '')) return;
  const alt = node.getAttribute('alt')?.trim();
  node.replaceWith(node.ownerDocument.createTextNode(alt ? `[image: ${alt}]` : '[image]'));
});

/** The answer as elements, in a fragment of their own. Never throws: what Markdown cannot be is text. */
export function renderMarkdown(text: string): DocumentFragment {
  const html = markdown.parse(text, { async: false });
  const fragment = purifier.sanitize(html, config);
  for (const link of fragment.querySelectorAll('a')) settleLink(link);
  for (const heading of fragment.querySelectorAll('h1, h2, h3, h4, h5, h6')) lower(heading);
  for (const table of fragment.querySelectorAll('table')) wrap(table);
  return fragment;
}

/** A link opens apart, tells the other side nothing, and shows its host. One that leads into this page is text. */
function settleLink(link: HTMLAnchorElement): void {
  const url = URL.parse(link.getAttribute('href') ?? '');
  const web = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (!url || (!web && url.protocol !== 'mailto:')) {
    link.replaceWith(...link.childNodes);
    return;
  }
  link.target = '_blank';
  link.rel = 'noopener noreferrer nofollow';
  const place = web ? url.host : decodeURIComponent(url.pathname).slice(0, 80);
  link.title = url.href.slice(0, 500);
  if (link.textContent.trim() === place) return;
  const host = document.createElement('span');
  host.className = 'host';
  host.textContent = ` (${place})`;
  link.append(host);
}

/** The page has its own first and second level. */
function lower(heading: Element): void {
  const level = Math.min(6, Number(heading.nodeName.slice(1)) + 2);
  const lowered = document.createElement(`h${String(level)}`);
  lowered.append(...heading.childNodes);
  heading.replaceWith(lowered);
}

/** Wide tables scroll by themselves, also by keyboard. */
function wrap(table: Element): void {
  const box = document.createElement('div');
  box.className = 'table';
  box.tabIndex = 0;
  box.role = 'group';
  box.ariaLabel = 'Table';
  table.replaceWith(box);
  box.append(table);
}
