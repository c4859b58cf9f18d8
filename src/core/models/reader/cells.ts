/** The cells the built-in reader runs, written to be read: look, search, read, answer. State lives in Python variables. */

import { READ_TEMPLATE, RANK_TEMPLATE, NOTHING } from './prompts';
import { termsOf } from './words';

export const LEAD = 'The built-in reader finds passages; it is not an AI and does not reason.';

/** Printed by the cells and looked for in what comes back: what a step must have said for the next to make sense. */
export const MARKS = {
  looked: 'characters to search',
  found: 'passages found',
  quoted: 'quotations',
} as const;

const PASSAGES = 24;
const SHOWN = 4;

/** @param question null when the context itself is the task: the question is then looked for in it */
export function lookCell(question: string | null): string {
  const asked =
    question === null
      ? `lines = [line.strip() for line in str(context).splitlines() if line.strip()]
question = next((line for line in reversed(lines) if line.endswith("?")), lines[0] if lines else "")[:500]`
      : `question = ${pythonString(question)}`;
  const words = question === null ? 're.findall(r"\\w{3,}", question.lower())' : pythonList(question);
  return `import json, re
${asked}
documents = [context] if isinstance(context, str) else context
if not isinstance(documents, list) or not all(isinstance(d, str) for d in documents):
    documents = [json.dumps(context, ensure_ascii=False, indent=1, default=str)]  # data: searched as its text
print(len(documents), "document(s),", f"{sum(map(len, documents)):,}", "${MARKS.looked}")
if documents: print(documents[0][:400])

counts = dict.fromkeys(${words}, 0)
for document in documents:
    text = document.lower()
    for word in counts: counts[word] += text.count(" " + word) or text.count(word)
print("How often the words of the question occur:", counts)`;
}

export function searchCell(): string {
  return `passages = search(question, k=${PASSAGES})
subject = re.match(r"(?:who|what) (?:is|are|was|were) (?:an? |the )?(.{2,40}?)\\W*$", question, re.I)
if subject:  # also where it is introduced, which a search by words ranks no higher than a mention
    form = re.escape(subject[1]) + r"(,? (is|are|was|were|means|an?|the)\\b|[.:]? ?—|\\. noun)"
    passages += grep(r"\\b" + form, max=12, around=250)
for passage in passages:
    passage.score = passage.score or 0.0
print(len(passages), "${MARKS.found}")
for passage in passages[:8]:
    print(f"{passage.score:6.2f} {passage.full_cite}", " ".join(passage.text[:90].split()), "…")
answer["content"] = "\\n\\n".join(f"> {' '.join(p.text.split())}\\n> {p.full_cite}" for p in passages[:${SHOWN}])  # a draft`;
}

export function readCell(): string {
  return `prompt = ${tripleQuoted(READ_TEMPLATE)}
replies = llm_query_batched([prompt.replace("{counts}", str(counts)).replace("{question}", question) + p.text for p in passages])
quotes = []
for passage, reply in zip(passages, replies):
    reply = reply.strip()
    at = passage.text.find(reply) if reply and reply != "${NOTHING}" else -1
    if at >= 0:  # only words that really stand there, and each once
        quote = passage.cut(at, at + len(reply))
        if not any(quote.name == q.name and quote.start < q.end and q.start < quote.end for q in quotes):
            quotes.append(quote)
print(len(quotes), "${MARKS.quoted} from", len(passages), "passages")
for quote in quotes[:8]:
    print(quote.full_cite, " ".join(quote.text.split())[:200])`;
}

export function answerCell(): string {
  return `listing = "\\n".join(f"{n}. (score {q.score:.2f}) {' '.join(q.text.split())}" for n, q in enumerate(quotes, 1))
prompt = ${tripleQuoted(RANK_TEMPLATE)}
order = llm_query(prompt.replace("{counts}", str(counts)).replace("{question}", question) + listing)
numbers = dict.fromkeys(int(n) - 1 for n in re.findall(r"\\d+", order) if 0 < int(n) <= len(quotes))
blocks = []
for quote in [quotes[n] for n in list(numbers) or range(len(quotes))][:${SHOWN}]:
    words = " ".join(quote.text.split())
    marked = words if re.search('[“”„«»"]', words) else f"“{words}”"
    blocks.append(f"> {marked}\\n> {quote.full_cite}")
answer["content"] = "\\n\\n".join([${pythonString(LEAD)}] + blocks)
answer["ready"] = True`;
}

/** Sub-calls failed or nothing usable came back: the passages themselves, which were found without them. */
export function passagesCell(): string {
  return `blocks = [f"> {' '.join(p.text.split())}\\n> {p.full_cite}" for p in passages[:${SHOWN}]]
answer["content"] = "\\n\\n".join([${pythonString(`${LEAD} These are the passages the search ranked first.`)}] + blocks)
answer["ready"] = True`;
}

export function nothingCell(): string {
  return `missing = [word for word, count in counts.items() if count == 0]
lines = [${pythonString(LEAD)},
    f"It searched {len(documents)} document(s), {sum(map(len, documents)):,} characters, for the words of the question and found no passage."]
if missing:
    lines.append("These words do not occur at all: " + ", ".join(missing) + ".")
lines.append("Try other words for the same thing, a name, or a number as the documents would write it.")
answer["content"] = "\\n\\n".join(lines)
answer["ready"] = True`;
}

/** A fence around a cell, after a sentence that says what it is for. */
export function turn(thought: string, code: string): string {
  return `${thought}\n\n\`\`\`repl\n${code}\n\`\`\``;
}

/** A Python string literal, on one line: JSON's escapes are Python's too. Lone surrogates are replaced. */
export function pythonString(text: string): string {
  return JSON.stringify(
    text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd'),
  );
}

function pythonList(question: string): string {
  const words = termsOf(question).map((term) => term.surface.toLowerCase());
  return `[${[...new Set(words)].map(pythonString).join(', ')}]`;
}

function tripleQuoted(text: string): string {
  return `"""${text}"""`;
}
