/** Office's equations (OMML) as one line: in letters and raised digits where these can say it, else as LaTeX. */

import { attribute, type XmlElement } from '../xml';
import { COMMANDS, SUBSCRIPTS, SUPERSCRIPTS, isOperator } from './math-symbols';

/** LaTeX of an `oMath` or of any element in it, without dollar signs. */
export function latexOf(element: XmlElement): string {
  return tidy(latex(element));
}

/** The equation in plain characters, or null when it has more than one level: fractions, roots, sums. */
export function plainMathOf(element: XmlElement): string | null {
  const text = plain(element, true);
  return text === null ? null : tidy(text);
}

const WRITERS: Readonly<Record<string, (element: XmlElement) => string>> = {
  r: runLatex,
  f: fraction,
  sSup: (e) => `${base(e)}^${group(e, 'sup')}`,
  sSub: (e) => `${base(e)}_${group(e, 'sub')}`,
  sSubSup: (e) => `${base(e)}_${group(e, 'sub')}^${group(e, 'sup')}`,
  sPre: (e) => `{}_${group(e, 'sub')}^${group(e, 'sup')}${base(e)}`,
  rad: (e) => {
    const degree = content(e, 'deg');
    return degree === '' ? `\\sqrt${group(e, 'e')}` : `\\sqrt[${degree}]${group(e, 'e')}`;
  },
  nary,
  d: delimited,
  func: (e) => {
    const name = content(e, 'fName');
    return `${FUNCTIONS.has(name) ? `\\${name}` : name}${group(e, 'e')}`;
  },
  limLow: (e) => limit(e, '_', '\\underset'),
  limUpp: (e) => limit(e, '^', '\\overset'),
  acc: (e) => `${ACCENTS[property(e, 'chr') ?? '\u0302'] ?? '\\hat'}${group(e, 'e')}`,
  bar: (e) => `${property(e, 'pos') === 'top' ? '\\overline' : '\\underline'}${group(e, 'e')}`,
  groupChr: (e) => `${property(e, 'pos') === 'top' ? '\\overbrace' : '\\underbrace'}${group(e, 'e')}`,
  borderBox: (e) => `\\boxed${group(e, 'e')}`,
  eqArr: (e) => `\\begin{matrix} ${parts(e, 'e').map(inner).join(' \\\\ ')} \\end{matrix}`,
  m: (e) => matrixOf(e, 'matrix'),
};

const MATRICES: Readonly<Record<string, string>> = { '()': 'pmatrix', '[]': 'bmatrix', '||': 'vmatrix' };

const FUNCTIONS = new Set(
  'sin cos tan cot sec csc sinh cosh tanh arcsin arccos arctan log ln lim max min sup inf exp det dim gcd'.split(
    ' ',
  ),
);

const ACCENTS: Readonly<Record<string, string>> = {
  '\u0302': '\\hat',
  '\u0303': '\\widetilde',
  '\u0304': '\\overline',
  '\u0305': '\\overline',
  '\u0307': '\\dot',
  '\u0308': '\\ddot',
  '\u20d7': '\\overrightarrow',
  '\u0301': '\\acute',
  '\u0300': '\\grave',
  '\u030c': '\\check',
};

function latex(element: XmlElement): string {
  if (element.name.endsWith('Pr') || element.name === 'del') return '';
  const writer = WRITERS[element.name];
  return writer ? writer(element) : inner(element);
}

function inner(element: XmlElement): string {
  return element.children.map(latex).join('');
}

function runLatex(run: XmlElement): string {
  const text = runText(run);
  if (isUpright(run))
    return text === '' ? '' : `\\text{${text.replace(/[{}\\]/g, '').replaceAll(' ', '\\ ')}}`;
  return [...text].map(symbol).join('');
}

function symbol(char: string): string {
  const command = COMMANDS[char];
  if (isOperator(char)) return ` ${command ?? char} `;
  if (command) return `${command} `;
  return '{}%#$&_\\'.includes(char) ? `\\${char === '\\' ? 'backslash ' : char}` : char;
}

/** U+2061 to U+2064 only say that a function is applied or factors are multiplied. */
function runText(run: XmlElement): string {
  return run.children
    .filter(({ name }) => name === 't')
    .map(({ text }) => text.replace(/[\u2061-\u2064\u200b]/g, ''))
    .join('');
}

/** Set as words, not as symbols. */
function isUpright(run: XmlElement): boolean {
  const nor = run.children.find(({ name }) => name === 'rPr')?.children.find(({ name }) => name === 'nor');
  return nor !== undefined && !/^(?:0|false|off)$/.test(attribute(nor.attributes, 'val') ?? '');
}

function fraction(element: XmlElement): string {
  if (property(element, 'type') === 'lin') return `${content(element, 'num')}/${content(element, 'den')}`;
  const command = property(element, 'type') === 'noBar' ? '\\binom' : '\\frac';
  return `${command}${group(element, 'num')}${group(element, 'den')}`;
}

function nary(element: XmlElement): string {
  const sign = property(element, 'chr') ?? '∫';
  const [sub, sup] = [content(element, 'sub'), content(element, 'sup')];
  const limits = (sub === '' ? '' : `_{${sub}}`) + (sup === '' ? '' : `^{${sup}}`);
  const body = content(element, 'e');
  return `${COMMANDS[sign] ?? sign}${limits}${limits === '' ? ' ' : ''}${body}`;
}

function delimited(element: XmlElement): string {
  const [open, close] = fences(element);
  const matrix = MATRICES[open + close];
  const only = parts(element, 'e').flatMap(({ children }) =>
    children.filter(({ name }) => !name.endsWith('Pr')),
  );
  if (matrix && only.length === 1 && only[0]?.name === 'm') return matrixOf(only[0], matrix);
  const body = parts(element, 'e').map((part) => tidy(inner(part)));
  return `\\left${fence(open)} ${body.join(` ${property(element, 'sepChr') ?? '|'} `)} \\right${fence(close)}`;
}

function matrixOf(element: XmlElement, kind: string): string {
  const rows = parts(element, 'mr').map((row) =>
    parts(row, 'e')
      .map((cell) => tidy(inner(cell)))
      .join(' & '),
  );
  return `\\begin{${kind}} ${rows.join(' \\\\ ')} \\end{${kind}}`;
}

function fences(element: XmlElement): readonly [open: string, close: string] {
  return [property(element, 'begChr') ?? '(', property(element, 'endChr') ?? ')'];
}

function fence(char: string): string {
  if (char === '') return '.';
  return '{}'.includes(char) ? `\\${char}` : (COMMANDS[char] ?? char);
}

function limit(element: XmlElement, script: '_' | '^', command: string): string {
  const name = content(element, 'e');
  if (FUNCTIONS.has(name)) return `\\${name}${script}${group(element, 'lim')}`;
  return `${command}${group(element, 'lim')}{${name}}`;
}

/** What a script is put to: braced unless it is one letter, one command or a whole number. */
function base(element: XmlElement): string {
  const text = content(element, 'e');
  return /^(?:.|\d+|\\[a-zA-Z]+|)$/su.test(text) ? text : `{${text}}`;
}

function group(element: XmlElement, name: string): string {
  return `{${content(element, name)}}`;
}

function content(element: XmlElement, name: string): string {
  const part = element.children.find((child) => child.name === name);
  return part ? tidy(inner(part)) : '';
}

function parts(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

function property(element: XmlElement, name: string): string | undefined {
  const found = element.children
    .find((child) => child.name === `${element.name}Pr`)
    ?.children.find((child) => child.name === name);
  return found && attribute(found.attributes, 'val');
}

function tidy(text: string): string {
  return text
    .replace(/(?<!\\) +/g, ' ')
    .replace(/(\\[a-zA-Z]+) (?=[^a-zA-Z\s=+\-<>\\&])/g, (all, command: string) =>
      isOperator(command) || /^\\(?:left|right)$/.test(command) ? all : command,
    )
    .replace(/^ +| +$/g, '');
}

function plain(element: XmlElement, spaced: boolean): string | null {
  switch (element.name) {
    case 'r':
      return [...runText(element)].map((char) => (spaced && isOperator(char) ? ` ${char} ` : char)).join('');
    case 'sSup':
    case 'sSub':
    case 'sSubSup':
      return plainScripts(element, spaced);
    case 'd': {
      const body = parts(element, 'e').map((part) => plainAll(part, false));
      const [open, close] = fences(element);
      return body.includes(null) ? null : `${open}${body.join(property(element, 'sepChr') ?? '|')}${close}`;
    }
    case 'oMath':
    case 'e':
    case 'fName':
    case 'func':
    case 'box':
    case 'ins':
      return plainAll(element, spaced);
    default:
      return /Pr$|^(?:del|bookmark\w*|proofErr)$/.test(element.name) ? '' : null;
  }
}

function plainAll(element: XmlElement, spaced: boolean): string | null {
  const texts = element.children.map((child) => plain(child, spaced));
  return texts.includes(null) ? null : texts.join('');
}

function plainScripts(element: XmlElement, spaced: boolean): string | null {
  const texts = (['e', 'sub', 'sup'] as const).map((name) => {
    const part = element.children.find((child) => child.name === name);
    const text = part ? plainAll(part, name === 'e' && spaced) : '';
    if (text === null || name === 'e') return text;
    const raised = [...text.trim()].map((char) => (name === 'sub' ? SUBSCRIPTS : SUPERSCRIPTS)[char]);
    return raised.includes(undefined) ? null : raised.join('');
  });
  return texts.includes(null) ? null : texts.join('');
}
