import { describe, expect, test } from 'vitest';
import { readNotebook } from '../../../src/adapters/ingest/formats/notebook';
import { marksOf, problemOf, readWith, stretch } from '../../fixtures/read-with';
import { dataPath } from '../../fixtures/shared-data';
import { readFileSync } from 'node:fs';

const notebook = (cells: unknown[], more: object = {}): Blob =>
  new Blob([JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells, ...more })]);

describe('notebooks', () => {
  test('every cell is marked, headings are sections, outputs follow their code', async () => {
    const read = await readWith(
      readNotebook,
      notebook([
        { cell_type: 'markdown', source: ['# Title\n', 'with *words*\n', '\n', '## Part'] },
        {
          cell_type: 'code',
          execution_count: 7,
          source: 'print("hello")\n1 + 1',
          outputs: [
            { output_type: 'stream', name: 'stdout', text: ['hello\n'] },
            { output_type: 'execute_result', data: { 'text/plain': '2', 'text/html': '<b>2</b>' } },
            { output_type: 'display_data', data: { 'image/png': 'AAAA', 'text/plain': '<Figure>' } },
            { output_type: 'error', ename: 'E', evalue: 'bad', traceback: ['\u001b[31mE\u001b[0m: bad'] },
          ],
        },
      ]),
    );
    expect(read.text).toBe(
      '# Title\nwith *words*\n\n## Part\n\nprint("hello")\n1 + 1\n\nhello\n\n2\n\n<Figure>\n\nE: bad\n',
    );
    expect(marksOf(read, 'cell').map(({ label }) => label)).toEqual(['1', '2, run as [7]']);
    expect(marksOf(read, 'section').map(({ label, level }) => [label, level])).toEqual([
      ['Title', 1],
      ['Part', 2],
    ]);
    expect(read.losses).toEqual([{ what: 'images', count: 1 }]);
  });

  test('of version 3 are read too', async () => {
    const old = {
      nbformat: 3,
      metadata: { name: 'Old' },
      worksheets: [
        {
          cells: [
            { cell_type: 'heading', level: 2, source: 'Head' },
            {
              cell_type: 'code',
              input: ['x = 1'],
              prompt_number: 3,
              outputs: [{ output_type: 'pyout', text: '1' }],
            },
          ],
        },
      ],
    };
    const read = await readWith(readNotebook, new Blob([JSON.stringify(old)]));
    expect(read.text).toBe('Head\n\nx = 1\n\n1\n');
    expect(read.metadata.title).toBe('Old');
  });

  test('what is no cell is counted, the others are read', async () => {
    const read = await readWith(
      readNotebook,
      notebook([3, { cell_type: 'code', source: 'a = 1' }, { source: { a: 1 } }]),
    );
    expect(read.text).toBe('a = 1\n');
    expect(read.losses).toEqual([{ what: 'unreadable-parts', count: 1 }]);
  });

  test.each([
    ['no JSON', new Blob(['{"cells": [']), 'malformed'],
    ['no cells', notebook([]), 'empty'],
    ['a list', new Blob(['[1, 2]']), 'empty'],
  ])('%s is named', async (_, file, code) => {
    expect(await problemOf(readNotebook, file)).toMatchObject({ code });
  });

  const real = ['test4', 'test4plus', 'invalid'].map((name) => ({
    name,
    path: dataPath(`documents/ipynb/${name}.ipynb`),
  }));
  test.skipIf(real.some(({ path }) => path === null)).each(real)(
    '$name: every line of the cells is there (skipped without the documents)',
    async ({ path }) => {
      const read = await readWith(readNotebook, new Blob([readFileSync(path ?? '')]));
      const truth = readFileSync(`${path ?? ''}.expected.txt`, 'utf8');
      for (const line of truth.split('\n').filter((one) => one.trim() !== ''))
        expect(read.text).toContain(line.trim());
    },
  );

  test('a mark holds its cell and nothing else', async () => {
    const read = await readWith(readNotebook, notebook([{ source: 'first' }, { source: 'second' }]));
    expect(marksOf(read, 'cell').map((mark) => stretch(read, mark))).toEqual(['first', 'second']);
  });
});
