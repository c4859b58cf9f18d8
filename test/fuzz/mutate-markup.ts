/** Ways in which markup goes wrong that bytes seldom find: tags, attributes, entities, and how they nest. */

import { MAX_BYTES } from './mutate-bytes';
import type { Random } from './random';

const values = [
  '',
  '-1',
  '0',
  '1048577',
  '2147483648',
  '999999999999999999999',
  '1e309',
  'NaN',
  'XFD1048576',
  'A1:XFD1048576',
  '../../../etc/passwd',
  'http://example.invalid/',
  '\u202e',
  'x'.repeat(5000),
];
const texts = [
  '',
  '\u0000',
  '\ufffe',
  '&#x110000;',
  '&#0;',
  '&#xd800;',
  '&lol;',
  ']]>',
  '<![CDATA[',
  '<!--',
  '<',
  '&',
  '😀',
];
const entities =
  '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY lol "&b;&b;&b;&b;"><!ENTITY f SYSTEM "file:///etc/passwd">]>';

type Mutator = (markup: string, random: Random) => string;

const mutators: readonly Mutator[] = [
  function dropTag(markup, random) {
    const tag = anyMatch(markup, random, /<[^<>]*>/g);
    return tag ? markup.slice(0, tag.at) + markup.slice(tag.end) : markup;
  },
  function changeAttribute(markup, random) {
    const value = anyMatch(markup, random, /="[^"<>]*"/g);
    return value ? `${markup.slice(0, value.at)}="${random.pick(values)}"${markup.slice(value.end)}` : markup;
  },
  function changeText(markup, random) {
    const text = anyMatch(markup, random, />[^<>]+</g);
    return text
      ? `${markup.slice(0, text.at)}>${random.pick([...texts, ...values])}<${markup.slice(text.end)}`
      : markup;
  },
  function repeatElement(markup, random) {
    const element = anyMatch(markup, random, /<([\w:-]+)[^<>]*(?:\/>|>[^<>]*<\/\1>)/g);
    if (!element) return markup;
    const times = random.size(
      Math.max(1, Math.min(20_000, Math.floor(MAX_BYTES / (element.end - element.at)))),
    );
    return (
      markup.slice(0, element.at) +
      markup.slice(element.at, element.end).repeat(times) +
      markup.slice(element.end)
    );
  },
  function nestElement(markup, random) {
    const tag = anyMatch(markup, random, /<[\w:-]+(?:\s[^<>]*)?(?<!\/)>/g);
    if (!tag) return markup;
    const open = markup.slice(tag.at, tag.end);
    const times = random.size(Math.min(20_000, Math.floor(MAX_BYTES / open.length)));
    const name = /^<([\w:-]+)/.exec(open)?.[1] ?? 'x';
    const close = random.chance(0.5) ? `</${name}>`.repeat(times) : '';
    return markup.slice(0, tag.at) + open.repeat(times) + close + markup.slice(tag.end);
  },
  function swapTags(markup, random) {
    const [one, two] = [anyMatch(markup, random, /<[^<>]*>/g), anyMatch(markup, random, /<[^<>]*>/g)];
    if (!one || !two || one.end > two.at) return markup;
    const [a, b] = [markup.slice(one.at, one.end), markup.slice(two.at, two.end)];
    return markup.slice(0, one.at) + b + markup.slice(one.end, two.at) + a + markup.slice(two.end);
  },
  function declareEntities(markup, random) {
    const at = markup.indexOf('?>') + 2;
    const text = anyMatch(markup, random, />[^<>]+</g);
    const used = text
      ? `${markup.slice(at, text.at)}>&lol;&f;${markup.slice(text.end - 1)}`
      : markup.slice(at);
    return (at > 1 ? markup.slice(0, at) : '') + entities + used;
  },
  function cut(markup, random) {
    return markup.slice(0, random.below(markup.length));
  },
];

export function mutateMarkup(markup: string, random: Random): string {
  let changed = markup;
  for (let left = random.size(6); left > 0 && changed !== ''; left--)
    changed = random.pick(mutators)(changed, random).slice(0, MAX_BYTES);
  return changed;
}

/** A match that begins at or after some place, or else the first. */
function anyMatch(text: string, random: Random, pattern: RegExp): { at: number; end: number } | null {
  for (const from of [random.below(text.length), 0]) {
    pattern.lastIndex = from;
    const match = pattern.exec(text);
    if (match) return { at: match.index, end: match.index + match[0].length };
  }
  return null;
}
