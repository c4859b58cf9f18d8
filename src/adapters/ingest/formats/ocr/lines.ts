/** From Tesseract's table of words to lines of text with their places. */

export interface RecognisedLine {
  readonly text: string;
  /** In pixels of the picture that was recognised. */
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** 0…1, the mean of its words. */
  readonly confidence: number;
  /** Whether a paragraph begins with it. */
  readonly begins: boolean;
}

/** A word counts for nothing below this: specks and frames are read as one letter each. */
const NOISE = 15;

interface Row {
  readonly level: number;
  /** Page, block, paragraph, line, word. */
  readonly numbers: readonly number[];
  readonly box: RecognisedLine['box'];
  readonly confidence: number;
  readonly text: string;
}

const WORD = 5;

export function linesOf(table: string): RecognisedLine[] {
  const words = table
    .split('\n')
    .map(rowOf)
    .filter(({ level, text, confidence }) => level === WORD && text.trim() !== '' && confidence >= NOISE);
  const lines: { words: Row[]; paragraph: string; line: string }[] = [];
  for (const word of words) {
    const [page, block, paragraph, line] = word.numbers.map(String);
    const home = [page, block, paragraph].join(' ');
    const last = lines.at(-1);
    if (last?.paragraph === home && last.line === line) last.words.push(word);
    else lines.push({ words: [word], paragraph: home, line: line ?? '' });
  }
  return lines.map(({ words: inLine, paragraph }, i): RecognisedLine => ({
    text: inLine.map(({ text }) => text.trim()).join(' '),
    box: around(inLine.map(({ box }) => box)),
    confidence: inLine.reduce((sum, { confidence }) => sum + confidence, 0) / inLine.length / 100,
    begins: lines[i - 1]?.paragraph !== paragraph,
  }));
}

function rowOf(line: string): Row {
  const cells = line.split('\t');
  const [
    level = 0,
    page = 0,
    block = 0,
    paragraph = 0,
    row = 0,
    word = 0,
    x = 0,
    y = 0,
    width = 0,
    height = 0,
  ] = cells.map(Number);
  return {
    level,
    numbers: [page, block, paragraph, row, word],
    box: { x, y, width, height },
    confidence: Number(cells[10] ?? 0),
    text: cells.slice(11).join(' '),
  };
}

function around(boxes: readonly RecognisedLine['box'][]): RecognisedLine['box'] {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  return {
    x,
    y,
    width: Math.max(...boxes.map((box) => box.x + box.width)) - x,
    height: Math.max(...boxes.map((box) => box.y + box.height)) - y,
  };
}
