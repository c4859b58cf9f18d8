/** What stands on a page beside its own text: fields filled in, text typed onto it, comments, attached files. */

import { OPS, type PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { DrawnItem } from './runs';

export interface Comment {
  readonly author: string;
  readonly text: string;
  /** In the page's own space: left, bottom, right, top. */
  readonly rect: readonly number[];
}

export interface Attached {
  readonly name: string;
  readonly content: Uint8Array<ArrayBuffer>;
}

export interface Annotations {
  /** Values of fields and typed text, placed where they are seen. */
  readonly typed: readonly DrawnItem[];
  readonly comments: readonly Comment[];
  readonly attached: readonly Attached[];
}

/** Those fields of pdf.js' annotations that are read here; any may be missing. */
interface Annotation {
  readonly id?: string;
  readonly subtype?: string;
  readonly fieldType?: string;
  readonly rect?: readonly number[];
  readonly hidden?: boolean;
  readonly fieldValue?: unknown;
  readonly password?: boolean;
  readonly checkBox?: boolean;
  readonly radioButton?: boolean;
  readonly pushButton?: boolean;
  readonly exportValue?: unknown;
  readonly buttonValue?: unknown;
  readonly options?: readonly { exportValue?: unknown; displayValue?: unknown }[];
  readonly contentsObj?: { readonly str?: unknown };
  readonly titleObj?: { readonly str?: unknown };
  readonly textContent?: readonly string[];
  readonly file?: { readonly filename?: unknown; readonly content?: unknown };
}

const MAX_ANNOTATIONS = 20_000;

/** `drawn` is what the page itself draws: fields whose text is drawn already are not read twice. */
export async function annotationsOf(page: PDFPageProxy, drawn: readonly DrawnItem[]): Promise<Annotations> {
  const all = ((await page.getAnnotations()) as Annotation[]).slice(0, MAX_ANNOTATIONS);
  if (all.length === 0) return { typed: [], comments: [], attached: [] };
  const captions = all.some(({ pushButton }) => pushButton) ? await captionsOf(page) : null;
  const typed: DrawnItem[] = [];
  const comments: Comment[] = [];
  const attached: Attached[] = [];
  for (const annotation of all) {
    const { rect, subtype, hidden } = annotation;
    if (!rect || hidden) continue;
    const text = typedText(annotation, captions);
    if (text !== '') {
      if (!isDrawn(text, rect, drawn)) typed.push(...itemsIn(rect, text, page));
    } else if (subtype !== 'Widget' && subtype !== 'Popup' && subtype !== 'Link') {
      const said = string(annotation.contentsObj?.str).trim();
      if (said !== '') comments.push({ author: string(annotation.titleObj?.str), text: said, rect });
    }
    const content = annotation.file?.content;
    if (content instanceof Uint8Array)
      attached.push({ name: string(annotation.file?.filename), content: new Uint8Array(content) });
  }
  return { typed, comments, attached };
}

const string = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What a reader of the page sees written in a field. */
function typedText(annotation: Annotation, captions: ReadonlyMap<string, string> | null): string {
  const { subtype, fieldValue, options } = annotation;
  if (subtype === 'FreeText')
    return annotation.textContent?.join('\n').trim() || string(annotation.contentsObj?.str).trim();
  if (subtype !== 'Widget' || annotation.password) return '';
  if (annotation.pushButton) return captions?.get(annotation.id ?? '') ?? '';
  if (annotation.checkBox)
    return fieldValue !== null && fieldValue !== undefined && fieldValue === annotation.exportValue
      ? '[x]'
      : '[ ]';
  if (annotation.radioButton)
    return fieldValue !== null && fieldValue !== undefined && fieldValue === annotation.buttonValue
      ? '(x)'
      : '( )';
  const values = (Array.isArray(fieldValue) ? (fieldValue as unknown[]) : [fieldValue]).map((value) => {
    const option = options?.find(({ exportValue }) => exportValue === value);
    return string(option?.displayValue) || string(value);
  });
  return values.join('\n').trim();
}

function isDrawn(text: string, rect: readonly number[], drawn: readonly DrawnItem[]): boolean {
  const [left = 0, low = 0, right = 0, high = 0] = rect;
  return drawn.some(({ str, transform: [, , , , x = 0, y = 0] }) => {
    const inside = x >= left - 2 && x <= right + 2 && y >= low - 2 && y <= high + 2;
    return inside && str.trim() === text;
  });
}

/** Lines typed into a rectangle, as if the page itself had drawn them. */
function itemsIn(rect: readonly number[], text: string, page: PDFPageProxy): DrawnItem[] {
  const lines = text.split(/\r\n?|\n/).slice(0, 1000);
  const { transform, scale } = page.getViewport({ scale: 1 });
  const unit = scale * page.userUnit;
  const [left = 0, upper = 0, right = 0, lower = 0] = boundsIn(transform, rect);
  const size = Math.max(2, Math.min(12, (lower - upper) / lines.length / 1.2));
  const leading = lines.length === 1 ? lower - upper : size * 1.2;
  return lines.map((str, i) => {
    const baseline = upper + (i + 0.5) * leading + 0.3 * size;
    const upright = [size, 0, 0, -size, left + 2, baseline];
    const width = Math.max(1, Math.min(right - left - 4, str.length * 0.5 * size));
    return {
      str,
      transform: within(transform, upright),
      width: width / unit,
      height: size / unit,
      fontName: '',
    };
  });
}

/** Left, top, right, bottom of a rectangle under a transform that turns by quarters. */
export function boundsIn(transform: readonly number[], rect: readonly number[]): number[] {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = transform;
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = rect;
  const xs = [a * x0 + c * y0 + e, a * x1 + c * y1 + e];
  const ys = [b * x0 + d * y0 + f, b * x1 + d * y1 + f];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** The transform that, followed by `outer`, makes `wanted`. */
function within(outer: readonly number[], wanted: readonly number[]): number[] {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = outer;
  const by = a * d - b * c || 1;
  const linear = (x: number, y: number): [number, number] => [(d * x - c * y) / by, (a * y - b * x) / by];
  const [wa = 0, wb = 0, wc = 0, wd = 0, we = 0, wf = 0] = wanted;
  return [...linear(wa, wb), ...linear(wc, wd), ...linear(we - e, wf - f)];
}

/** What is written on buttons, by the id of their annotation: pdf.js tells it only as it would draw it. */
async function captionsOf(page: PDFPageProxy): Promise<Map<string, string>> {
  const { fnArray, argsArray } = await page.getOperatorList();
  const captions = new Map<string, string>();
  let id: string | null = null;
  fnArray.forEach((operator: number, i: number) => {
    const args = argsArray[i] as unknown[] | null;
    if (operator === OPS.beginAnnotation) id = string(args?.[0]);
    else if (operator === OPS.endAnnotation) id = null;
    else if (id !== null && operator === OPS.showText && Array.isArray(args?.[0])) {
      const drawn = (args[0] as unknown[]).map((glyph) =>
        string((glyph as { unicode?: unknown } | null)?.unicode),
      );
      captions.set(id, (captions.get(id) ?? '') + drawn.join(''));
    }
  });
  return captions;
}
