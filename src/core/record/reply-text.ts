/** A reply or an output as the screen shows it in brief: the prose around the cells, the head and tail of long text. */

const FENCE = /^\s*(```|~~~)/;

/** The prose of a reply without its fences and their code, as paragraphs joined by blank lines. */
export function thoughtOf(reply: string): string {
  const prose: string[] = [];
  let fence: string | null = null;
  for (const line of withoutThinking(reply).split('\n')) {
    const mark = FENCE.exec(line)?.[1] ?? null;
    if (fence === null && mark === null) prose.push(line);
    else if (fence === null) fence = mark;
    else if (mark === fence && line.trim() === mark) fence = null;
  }
  return prose
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function withoutThinking(reply: string): string {
  return reply.replace(/<think>[\s\S]*?(<\/think>|$)/g, '');
}

export interface Brief {
  readonly head: string;
  /** Empty when nothing was left out. */
  readonly tail: string;
  readonly hiddenLines: number;
}

/** The first and last lines of a text; lines longer than `maxChars` are cut. */
export function headAndTail(text: string, headLines: number, tailLines: number, maxChars = 400): Brief {
  const lines = text.replace(/\n+$/, '').split('\n');
  const cut = (line: string) => (line.length > maxChars ? `${line.slice(0, maxChars)}…` : line);
  if (lines.length <= headLines + tailLines + 1)
    return { head: lines.map(cut).join('\n'), tail: '', hiddenLines: 0 };
  return {
    head: lines.slice(0, headLines).map(cut).join('\n'),
    tail: lines.slice(-tailLines).map(cut).join('\n'),
    hiddenLines: lines.length - headLines - tailLines,
  };
}
