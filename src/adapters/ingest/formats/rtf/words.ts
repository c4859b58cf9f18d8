/** Control words of RTF that are a character, that begin a part with text of its own, or one without any. */

export const CHARACTERS: Readonly<Record<string, string>> = {
  tab: '\t',
  line: '\n',
  softline: '\n',
  page: '\n',
  column: '\n',
  emdash: '—',
  endash: '–',
  emspace: '\u2003',
  enspace: '\u2002',
  qmspace: '\u2005',
  bullet: '•',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  zwj: '\u200d',
  zwnj: '\u200c',
  zwbo: '\u200b',
  zwnbo: '\u2060',
  ltrmark: '\u200e',
  rtlmark: '\u200f',
};

export const SYMBOLS: Readonly<Record<string, string>> = {
  '~': '\u00a0',
  _: '\u2011',
  '\\': '\\',
  '{': '{',
  '}': '}',
  '\t': '\t',
};

/**
 * What the text of a group is: `text` goes on with what is around it, `skip` is nothing to read, the others are kept
 * apart.
 */
export type Destination =
  | 'text'
  | 'skip'
  | 'fonts'
  | 'styles'
  | 'info'
  | 'time'
  | 'property'
  | 'number'
  | 'instruction'
  | 'author'
  | 'note'
  | 'comment'
  | 'header'
  | 'footer'
  | 'box';

const SKIPPED =
  'colortbl listtable listoverridetable revtbl rsidtbl filetbl themedata colorschememapping datastore latentstyles ' +
  'xmlnstbl generator bkmkstart bkmkend nonshppict shprslt sp pn objdata objclass objname objalias ftnsep ftnsepc ' +
  'ftncn aftnsep aftnsepc aftncn atnid atnicn atnref atrfstart atrfend atndate template passwordhash wgrffmtfilter ' +
  'background mmathPict mmathPr docvar userprops factoidname formfield nonesttables xe tc tcn rxe txe pgp pgptbl ' +
  'datafield private panose falt fname company operator manager category doccomm hlinkbase keywords comment ' +
  'stylerestrictions fontemb fontfile blipuid picprop upr levelnumbers leveltext';

/** Groups by the word they begin with. Those that begin with `\*` and are not here are skipped, as RTF asks. */
export const DESTINATIONS: ReadonlyMap<string, Destination> = new Map<string, Destination>([
  ...SKIPPED.split(' ').map((word) => [word, 'skip'] as const),
  ...'nesttableprops shppict shpinst shpgrp shptxt shp do moMath moMathPara mmath fldrslt field ud result'
    .split(' ')
    .map((word) => [word, 'text'] as const),
  ['shptxt', 'box'],
  ['dptxbxtext', 'box'],
  ['fonttbl', 'fonts'],
  ['stylesheet', 'styles'],
  ['info', 'info'],
  ['title', 'property'],
  ['author', 'property'],
  ['subject', 'property'],
  ['creatim', 'time'],
  ['revtim', 'time'],
  ['printim', 'skip'],
  ['buptim', 'skip'],
  ['listtext', 'number'],
  ['pntext', 'number'],
  ['fldinst', 'instruction'],
  ['atnauthor', 'author'],
  ['footnote', 'note'],
  ['annotation', 'comment'],
  ...['header', 'headerl', 'headerr', 'headerf'].map((word) => [word, 'header'] as const),
  ...['footer', 'footerl', 'footerr', 'footerf'].map((word) => [word, 'footer'] as const),
]);

/** What stands between the parts of an equation, which RTF only has as groups. */
export const MATH_JOINTS: Readonly<Record<string, string>> = { mden: '/', msup: '^', msub: '_', mrad: '√' };

/** `\mdPr`, `\mnaryPr`: how an equation is drawn. */
export function isMathProperty(word: string): boolean {
  return /^m[a-zA-Z]+Pr$/.test(word);
}
