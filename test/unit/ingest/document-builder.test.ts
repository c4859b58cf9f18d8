import { describe, expect, test } from 'vitest';
import { DocumentBuilder, type BuiltDocument } from '../../../src/adapters/ingest/formats/document-builder';
import { rowsOf } from '../../../src/core/corpus/tables';
import type { CellValue } from '../../../src/core/corpus/structure';

interface Built extends BuiltDocument {
  readonly text: string;
  /** The text under each mark of a kind. */
  readonly under: (kind: string) => string[];
}

async function build(write: (out: DocumentBuilder) => unknown): Promise<Built> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const out = new DocumentBuilder({
    text: (utf8) => void pieces.push(utf8),
    child: () => undefined,
    lostChild: () => undefined,
  });
  await write(out);
  const built = await out.finish();
  const text = await new Blob(pieces).text();
  const points = [...text];
  const under = (kind: string) =>
    built.marks
      .filter((mark) => mark.kind === kind)
      .map(({ start, end }) => points.slice(start, end).join(''));
  return { ...built, text, under };
}

describe('text', () => {
  test('line breaks are paid only where text follows, and never doubled', async () => {
    const { text } = await build((out) => {
      out.paragraph('one');
      out.breakLine(2);
      out.line('two');
      out.line('three');
      out.paragraph('four');
      out.breakLine(2);
    });
    expect(text).toBe('one\n\ntwo\nthree\n\nfour\n');
  });

  test('positions count code points, and half characters become whole ones', async () => {
    const { text, chars, under } = await build((out) => {
      out.text('🙂🙂');
      const mark = out.open('note', 'n');
      out.text('a\ud83d');
      mark.end();
    });
    expect([text, chars, under('note')]).toEqual(['🙂🙂a\ufffd\n', 5, ['a\ufffd']]);
  });

  test('is handed on in pieces when it is flushed, and nothing of it is lost', async () => {
    const { text } = await build(async (out) => {
      for (let i = 0; i < 5; i++) {
        out.line(`line ${String(i)}`);
        await out.flush();
      }
    });
    expect(text).toBe('line 0\nline 1\nline 2\nline 3\nline 4\n');
  });
});

describe('marks', () => {
  test('begin with the first text after they were opened and end with the last', async () => {
    const { under } = await build((out) => {
      out.paragraph('before');
      const page = out.open('page', '1');
      out.paragraph('inside');
      page.end();
      out.paragraph('after');
    });
    expect(under('page')).toEqual(['inside']);
  });

  test('without text are dropped, or kept where that is asked for', async () => {
    const { marks } = await build((out) => {
      out.open('slide', 'gone').end();
      out.open('page', 'kept', { keepEmpty: true }).end();
      out.text('x');
    });
    expect(marks.map(({ label }) => label)).toEqual(['kept']);
  });

  test('of sections reach to the next of their level or above', async () => {
    const { under, marks } = await build((out) => {
      out.heading(1, 'One');
      out.paragraph('a');
      out.heading(2, 'One\none');
      out.paragraph('b');
      out.heading(1, 'Two');
      out.paragraph('c');
    });
    expect(under('section').map((text) => text.trim())).toEqual([
      'One\n\na\n\nOne\none\n\nb',
      'One\none\n\nb',
      'Two\n\nc',
    ]);
    expect(marks.map(({ label, level }) => [label, level])).toEqual([
      ['One', 1],
      ['One one', 2],
      ['Two', 1],
    ]);
  });

  test('left open by a reader that ended early reach to the end', async () => {
    const { under } = await build((out) => {
      out.open('chapter', 'c');
      out.text('some text');
    });
    expect(under('chapter')).toEqual(['some text\n']);
  });
});

describe('tables', () => {
  test('come back with the values they were given', async () => {
    const rows: CellValue[][] = [
      ['name', 'n', 'note'],
      ['12', 12, 'a\tb\nc'],
      [null, -0.5, true],
      ['TRUE', 1e21, ''],
      [null, null, 'last'],
    ];
    const { text, marks } = await build((out) => {
      out.paragraph('before');
      const table = out.openTable({ reads: 'values', label: 'T' });
      rows.forEach((row) => {
        table.row(row);
      });
      table.end();
      out.paragraph('after');
    });
    const [mark] = marks;
    if (!mark?.table) throw new Error('no table was marked');
    expect(rowsOf(text.slice(mark.start, mark.end), mark.table)).toEqual(rows);
    expect(text.slice(mark.start, mark.end).split('\n')).toHaveLength(rows.length);
  });
});

test('what is said of a document is kept short, the first word counts, losses add up', async () => {
  const { metadata, losses, problem } = await build((out) => {
    out.metadata({ title: '  A\n title ', author: '' });
    out.metadata({ title: 'Another', author: 'B' });
    out.lost('images', 2);
    out.lost('images');
    out.warn({ code: 'malformed', message: 'first' });
    out.warn({ code: 'malformed', message: 'second' });
  });
  expect(metadata).toEqual({ title: 'A title', author: 'B' });
  expect(losses).toEqual([{ what: 'images', count: 3 }]);
  expect(problem?.message).toBe('first');
});
