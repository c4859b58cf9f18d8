import { describe, expect, test } from 'vitest';
import { readDocx } from '../../../src/adapters/ingest/formats/docx/docx';
import { docxOf, p, run, table } from '../../fixtures/docx-of';
import { marksOf, readWith, stretch, tablesIn } from '../../fixtures/read-with';

const headings =
  '<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>' +
  '<w:style w:type="paragraph" w:styleId="T2"><w:name w:val="Überschrift 2"/></w:style>' +
  '<w:style w:type="paragraph" w:styleId="Mine"><w:name w:val="My own"/><w:basedOn w:val="Loop"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>' +
  '<w:style w:type="paragraph" w:styleId="Loop"><w:name w:val="Loop"/><w:basedOn w:val="Loop"/></w:style>' +
  '<w:style w:type="paragraph" w:styleId="Based"><w:name w:val="Based"/><w:basedOn w:val="berschrift1"/></w:style>';

describe('headings', () => {
  test('are sections, by name in any language, by outline level, by what a style is based on', async () => {
    const document = await readWith(
      readDocx,
      docxOf(
        p('One', '<w:pStyle w:val="berschrift1"/>') +
          p('Text.') +
          p('One b', '<w:pStyle w:val="T2"/>') +
          p('One b i', '<w:pStyle w:val="Mine"/>') +
          p('Two', '<w:pStyle w:val="Based"/>') +
          p('Not one', '<w:pStyle w:val="Based"/><w:outlineLvl w:val="9"/>') +
          p('Direct', '<w:outlineLvl w:val="0"/>') +
          p('Loop', '<w:pStyle w:val="Loop"/>'),
        { styles: headings },
      ),
    );
    expect(marksOf(document, 'section').map(({ label, level }) => [label, level])).toEqual([
      ['One', 1],
      ['One b', 2],
      ['One b i', 3],
      ['Two', 1],
      ['Direct', 1],
    ]);
    expect(document.text).toBe('One\n\nText.\n\nOne b\n\nOne b i\n\nTwo\n\nNot one\n\nDirect\n\nLoop\n');
  });
});

const level = (at: number, format: string, text: string, more = '') =>
  `<w:lvl w:ilvl="${at}"><w:start w:val="1"/><w:numFmt w:val="${format}"/><w:lvlText w:val="${text}"/>${more}</w:lvl>`;
const numbering =
  `<w:abstractNum w:abstractNumId="0">${level(0, 'decimal', '%1.')}${level(1, 'lowerLetter', '%1.%2)')}${level(2, 'upperRoman', '(%3)')}</w:abstractNum>` +
  `<w:abstractNum w:abstractNumId="1">${level(0, 'bullet', '\uf0b7')}</w:abstractNum>` +
  `<w:abstractNum w:abstractNumId="2">${level(0, 'upperRoman', 'Article %1', '<w:pStyle w:val="Article"/>')}${level(1, 'decimal', '%1.%2', '<w:isLgl/>')}</w:abstractNum>` +
  '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>' +
  '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>' +
  '<w:num w:numId="4"><w:abstractNumId w:val="2"/></w:num>';
const item = (text: string, number: number, at = 0) =>
  p(text, `<w:numPr><w:ilvl w:val="${at}"/><w:numId w:val="${number}"/></w:numPr>`);

describe('lists', () => {
  test('have the numbers Word shows, level by level, going on and starting anew', async () => {
    const { text } = await readWith(
      readDocx,
      docxOf(
        item('a', 1) +
          item('b', 1, 1) +
          item('c', 1, 1) +
          item('d', 1, 2) +
          item('e', 1) +
          item('f', 1, 1) +
          p('between') +
          item('g', 1) +
          item('h', 3) +
          item('i', 3) +
          item('j', 2) +
          item('k', 0),
        { numbering },
      ),
    );
    expect(text).toBe(
      '1. a\n  1.a) b\n  1.b) c\n    (I) d\n2. e\n  2.a) f\n\nbetween\n\n3. g\n7. h\n8. i\n- j\n\nk\n',
    );
  });

  test('number headings through their style, in figures where the law wants it', async () => {
    const styles =
      '<w:style w:type="paragraph" w:styleId="Article"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="4"/></w:numPr></w:pPr></w:style>' +
      '<w:style w:type="paragraph" w:styleId="Clause"><w:name w:val="heading 2"/><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="4"/></w:numPr></w:pPr></w:style>';
    const document = await readWith(
      readDocx,
      docxOf(
        ['Article:Terms', 'Clause:Rent', 'Clause:Fees', 'Article:End', 'Clause:Notice']
          .map((one) => p(one.split(':')[1] ?? '', `<w:pStyle w:val="${one.split(':')[0]}"/>`))
          .join(''),
        { styles, numbering },
      ),
    );
    expect(marksOf(document, 'section').map(({ label }) => label)).toEqual([
      'Article I Terms',
      '1.1 Rent',
      '1.2 Fees',
      'Article II End',
      '2.1 Notice',
    ]);
  });
});

describe('tables', () => {
  test('keep every cell in its column, merged ones at their first place', async () => {
    const wide = `<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>${p('wide')}`;
    const tall = `<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>${p('tall')}`;
    const below = `<w:tcPr><w:vMerge/></w:tcPr>${p('')}`;
    const document = await readWith(
      readDocx,
      docxOf(
        p('Before') +
          table([
            ['a', 'b', 'c'],
            [wide, 'd'],
            [tall, 'e\u00a0f', p('two') + p('lines')],
            [below, '', 'g'],
          ]) +
          p('After'),
      ),
    );
    expect(tablesIn(document)).toEqual([
      [
        ['a', 'b', 'c'],
        ['wide', '', 'd'],
        ['tall', 'e f', 'two lines'],
        ['', '', 'g'],
      ],
    ]);
    expect(document.text.startsWith('Before\n\na\tb\tc\n')).toBe(true);
    expect(document.text.endsWith('g\n\nAfter\n')).toBe(true);
  });

  test('inside a cell stay in it; a frame around a table or a column of text is no table', async () => {
    const inner = table([
      ['x', 'y'],
      ['1', '2'],
    ]);
    const nested = await readWith(
      readDocx,
      docxOf(
        table([
          ['a name', 'a longer cell of text'],
          ['b', inner + p('')],
          ['another row', 'with values'],
        ]),
      ),
    );
    expect(tablesIn(nested)).toEqual([
      [
        ['a name', 'a longer cell of text'],
        ['b', 'x | y / 1 | 2'],
        ['another row', 'with values'],
      ],
    ]);
    const framed = await readWith(
      readDocx,
      docxOf(table([[p('Chapter', '<w:outlineLvl w:val="0"/>') + p('Text') + inner + p('')]])),
    );
    expect(tablesIn(framed)).toEqual([
      [
        ['x', 'y'],
        ['1', '2'],
      ],
    ]);
    expect(marksOf(framed, 'section')).toHaveLength(1);
    expect(framed.text).toBe('Chapter\n\nText\n\nx\ty\n1\t2\n');
  });
});

describe('notes and comments', () => {
  const footnotes = `<w:footnote w:type="separator" w:id="-1">${p('')}</w:footnote><w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r>${run(' First note.')}</w:p></w:footnote>`;
  const endnotes = `<w:endnote w:id="2">${p('Last word.')}</w:endnote>`;
  const comments = `<w:comment w:id="5" w:author="Jane Doe">${p('Really?')}</w:comment><w:comment w:id="6" w:author="Al">${p('On what was deleted')}</w:comment>`;

  test('stand behind their paragraph, endnotes and comments without a place at the end', async () => {
    const document = await readWith(
      readDocx,
      docxOf(
        `<w:p>${run('One')}<w:r><w:footnoteReference w:id="2"/></w:r>${run(' and two')}<w:r><w:endnoteReference w:id="2"/></w:r>${run('.')}<w:r><w:commentReference w:id="5"/></w:r></w:p>${p('Next.')}`,
        { footnotes, endnotes, comments },
      ),
    );
    expect(document.text).toBe(
      'One[1] and two[2].\n\n[1] First note.\n\nComment by Jane Doe: Really?\n\nNext.\n\n[2] Last word.\n\nComment by Al: On what was deleted\n',
    );
    expect(marksOf(document, 'note').map((mark) => [mark.label, stretch(document, mark)])).toEqual([
      ['1', '[1] First note.'],
      ['2', '[2] Last word.'],
    ]);
    expect(marksOf(document, 'comment').map(({ label }) => label)).toEqual(['Jane Doe', 'Al']);
  });

  test('are written once, however often the text points at them', async () => {
    const reference = `<w:p>${run('x')}<w:r><w:footnoteReference w:id="2"/></w:r></w:p>`;
    const { text } = await readWith(readDocx, docxOf(reference.repeat(3), { footnotes }));
    expect(text).toBe('x[1]\n\n[1] First note.\n\nx[1]\n\nx[1]\n');
  });

  test('in cells come after the table', async () => {
    const cell = `<w:p>${run('a')}<w:r><w:footnoteReference w:id="2"/></w:r></w:p>`;
    const document = await readWith(
      readDocx,
      docxOf(
        table([
          [cell, 'b'],
          ['c', 'd'],
        ]),
        { footnotes },
      ),
    );
    expect(tablesIn(document)).toEqual([
      [
        ['a[1]', 'b'],
        ['c', 'd'],
      ],
    ]);
    expect(document.text.endsWith('\n\n[1] First note.\n')).toBe(true);
  });
});

test('each running head and foot is there once, a page number alone is not', async () => {
  const document = await readWith(
    readDocx,
    docxOf(p('Body'), {
      header1: p('Secret'),
      header2: p('Secret'),
      footer1: p('7'),
      footer2: p('Page 2 of 3'),
    }),
  );
  expect(document.text).toBe('Secret\n\nBody\n\nPage 2 of 3\n');
  expect(document.marks.map(({ kind }) => kind)).toEqual(['header', 'footer']);
});
