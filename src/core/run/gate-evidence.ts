/** Evidence for an answer: each quotation in it, where it stands in the context, and what stands around it. */

import * as v from 'valibot';
import { extractQuotations } from '../corpus/citations';
import type { Repl } from '../ports';

/** Where a quotation stands, and what stands around it. */
export interface QuotePlace {
  readonly document: string;
  readonly start: number;
  readonly around: string;
}

/** One quotation; its place is null when the context does not have it, undefined when it could not be looked up. */
export interface QuotedEvidence {
  readonly quote: string;
  readonly place: QuotePlace | null | undefined;
}

/** More than anyone quotes; a looping model may. */
const MOST_QUOTATIONS = 24;
const QUOTE_CHARS = 1_000;
/** Characters of the document shown on either side. */
const AROUND_CHARS = 400;
const LOOK_UP_TIMEOUT_MS = 10_000;

/** Quotations are looked up where the documents are: in the interpreter. Without their places, where that fails. */
export async function evidenceFor(
  answer: string,
  repl: Repl,
  signal: AbortSignal,
): Promise<QuotedEvidence[]> {
  const quotes = [...new Set(extractQuotations(answer).map(({ text }) => text.slice(0, QUOTE_CHARS)))];
  const asked = quotes.slice(0, MOST_QUOTATIONS);
  if (asked.length === 0) return [];
  const options = { computeTimeoutMs: LOOK_UP_TIMEOUT_MS, signal };
  const looked = await repl.run(lookUpCell(asked), options).catch(() => null);
  const places = looked ? placesIn(looked.stdout) : [];
  return asked.map((quote, at) => ({ quote, place: places[at] }));
}

const placesSchema = v.array(
  v.nullable(v.object({ document: v.string(), start: v.number(), around: v.string() })),
);

/** What cells print is untrusted: the model's own code may have changed what `print` does. */
function placesIn(stdout: string): readonly (QuotePlace | null)[] {
  try {
    const parsed = v.safeParse(placesSchema, JSON.parse(stdout));
    return parsed.success ? parsed.output : [];
  } catch {
    return []; // not JSON: nothing was found that can be relied on
  }
}

/**
 * Python that prints where quotations stand: letter by letter, else with other white space, quotation marks and case. It
 * leaves no names behind.
 */
export function lookUpCell(quotes: readonly string[]): string {
  return `import json as _json
def _look_up(quotes, around=${String(AROUND_CHARS)}):
    import re
    texts = [context] if isinstance(context, str) else context
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        texts = [_json.dumps(context, ensure_ascii=False, default=str)]
    def place(quote):
        words = re.findall(r"\\w+", quote)
        loose = re.compile(r"\\W+".join(map(re.escape, words)), re.IGNORECASE) if words else None
        for index, text in enumerate(texts):
            start = text.find(quote)
            end = start + len(quote)
            if start < 0:
                match = loose and loose.search(text)
                if not match:
                    continue
                start, end = match.span()
            return {
                "document": str(getattr(text, "name", f"context[{index}]")),
                "start": start,
                "around": str(text[max(0, start - around):end + around]),
            }
        return None
    return [place(quote) for quote in quotes]
import builtins as _builtins
_builtins.print(_json.dumps(_look_up(_json.loads(${JSON.stringify(JSON.stringify(quotes))}))))
del _look_up, _json, _builtins`;
}

/** Python that takes a ready answer back, so that the run can go on. */
export const REOPEN_ANSWER = `import json as _json
del _json
answer["ready"] = False`;
