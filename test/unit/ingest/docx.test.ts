import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readDocx } from '../../../src/adapters/ingest/formats/docx/docx';
import { docxOf, p, run, table } from '../../fixtures/docx-of';
import { oleFile } from '../../fixtures/ole-file';
import { marksOf, problemOf, readWith, stretch, tablesIn } from '../../fixtures/read-with';
import { dataPath } from '../../fixtures/shared-data';
import { wordRecall } from '../../fixtures/word-recall';
import { zipOf } from '../../fixtures/zip-of';

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

describe('what is in a paragraph', () => {
  const textOf = async (content: string) =>
    (await readWith(readDocx, docxOf(`<w:p>${content}</w:p>`))).text.trimEnd();

  test('insertions stay, deletions and hidden text go, a paragraph whose end was deleted goes on', async () => {
    expect(
      await textOf(
        `${run('a')}<w:ins>${run('b')}</w:ins><w:del><w:r><w:delText>c</w:delText></w:r></w:del><w:moveFrom>${run('d')}</w:moveFrom><w:moveTo>${run('e')}</w:moveTo>${run('f', '<w:vanish/>')}${run('g', '<w:vanish w:val="0"/>')}`,
      ),
    ).toBe('abeg');
    const joined = await readWith(
      readDocx,
      docxOf(p('Hel', '<w:rPr><w:del/></w:rPr>') + p('lo') + p('World', '<w:rPr><w:ins/></w:rPr>')),
    );
    expect(joined.text).toBe('Hello\n\nWorld\n');
  });

  test('fields show their result, also within one another, and one without an end hides nothing', async () => {
    const char = (type: string) => `<w:r><w:fldChar w:fldCharType="${type}"/></w:r>`;
    const code = (text: string) => `<w:r><w:instrText>${text}</w:instrText></w:r>`;
    expect(
      await textOf(
        `${char('begin')}${code('IF ')}${char('begin')}${code('X')}${char('separate')}${run('never')}${char('end')}${char('separate')}${run('shown')}${char('end')}${run('!')}<w:hyperlink>${run(' link')}</w:hyperlink><w:fldSimple w:instr="DATE">${run(' today')}</w:fldSimple>`,
      ),
    ).toBe('shown! link today');
    const broken = await readWith(readDocx, docxOf(`<w:p>${char('begin')}${code('TOC')}</w:p>${p('Text')}`));
    expect(broken.text).toBe('Text\n');
  });

  test('symbols, breaks, hyphens, ticked boxes and readings are characters', async () => {
    expect(
      await textOf(
        '<w:r><w:sym w:font="Symbol" w:char="F061"/><w:sym w:font="Wingdings" w:char="F0FC"/><w:t>x</w:t><w:noBreakHyphen/><w:t>y</w:t><w:softHyphen/><w:t>z</w:t><w:tab/><w:t>t</w:t><w:br/><w:t>n</w:t></w:r>' +
          '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox></w:ffData></w:fldChar></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>' +
          `<w:r><w:ruby><w:rt>${run('かん')}</w:rt><w:rubyBase>${run('漢')}</w:rubyBase></w:ruby></w:r>`,
      ),
    ).toBe('α✓x\u2011yz\tt\nn☒漢(かん)');
  });

  test('a text box is read once although it is there twice; pictures are lost but for what is said of them', async () => {
    const box = (text: string) => `<w:txbxContent>${p(text)}</w:txbxContent>`;
    const document = await readWith(
      readDocx,
      docxOf(
        `<w:p>${run('Around')}<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx>${box('In the box')}</wps:txbx></wps:wsp></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>${box('In the box')}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>${run(' it')}</w:p>` +
          `<w:p>${run('See')}<w:r><w:drawing><wp:inline><wp:docPr id="1" name="Picture 1" descr="A cat"/><pic:pic/></wp:inline></w:drawing></w:r></w:p>` +
          '<w:p><w:r><w:pict><v:shape><v:imagedata/></v:shape></w:pict><w:pict><v:rect o:hr="t"/></w:pict></w:r></w:p>',
      ),
    );
    expect(document.text).toBe('Around it\n\nIn the box\n\nSee [A cat]\n');
    expect(document.losses).toEqual([{ what: 'images', count: 2 }]);
  });

  test('equations are letters where these can say it, else LaTeX', async () => {
    const r = (text: string) => `<m:r><m:t>${text}</m:t></m:r>`;
    const power = `<m:sSup><m:e>${r('x')}</m:e><m:sup>${r('2')}</m:sup></m:sSup>`;
    const half = `<m:f><m:num>${r('α+1')}</m:num><m:den><m:rad><m:radPr><m:degHide/></m:radPr><m:deg/><m:e>${r('2')}</m:e></m:rad></m:den></m:f>`;
    const sum = `<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>${r('i=1')}</m:sub><m:sup>${r('n')}</m:sup><m:e>${power}</m:e></m:nary>`;
    const document = await readWith(
      readDocx,
      docxOf(
        `<w:p>${run('Let ')}<m:oMath>${power}${r('=4')}</m:oMath>${run(', ')}<m:oMath>${half}</m:oMath></w:p><w:p><m:oMathPara><m:oMath>${sum}${r('≤π')}</m:oMath></m:oMathPara></w:p>`,
      ),
    );
    expect(document.text).toBe(
      'Let x² = 4, $\\frac{\\alpha + 1}{\\sqrt{2}}$\n\n$$\\sum_{i = 1}^{n}x^{2} \\leq \\pi$$\n',
    );
    expect(document.losses).toEqual([{ what: 'equations', count: 3 }]);
  });

  test('controls, smart tags and unknown wrappings are only wrapping', async () => {
    const control = (content: string) =>
      `<w:sdt><w:sdtPr><w:alias w:val="no"/></w:sdtPr><w:sdtContent>${content}</w:sdtContent></w:sdt>`;
    const document = await readWith(
      readDocx,
      docxOf(
        control(p('Block') + `<w:p>${control(run('in'))}<w:smartTag>${run('line')}</w:smartTag></w:p>`) +
          table([['a', 'b']])
            .replace('<w:tr>', '<w:sdt><w:sdtContent><w:tr>')
            .replace('</w:tr>', '</w:tr></w:sdtContent></w:sdt>'),
      ),
    );
    expect(document.text).toBe('Block\n\ninline\n\na\tb\n');
  });
});

test('files inside are handed on, unwrapped from what Windows put around them; macros are lost', async () => {
  const native = new Uint8Array(4 + 2 + 9 + 9 + 4 + 4 + 9 + 4 + 5);
  const view = new DataView(native.buffer);
  const put = (at: number, text: string) => native.set(new TextEncoder().encode(text), at);
  put(6, 'hello.txt'.slice(0, 8));
  put(15, 'C:\\h.txt');
  view.setUint32(28, 9, true);
  put(32, 'C:\\h.txt');
  view.setUint32(41, 5, true);
  put(45, 'Hello');
  const document = await readWith(
    readDocx,
    docxOf(
      p('x'),
      {},
      {
        'word/embeddings/book.xlsx': 'not really',
        'word/embeddings/oleObject1.bin': oleFile({ '\u0001Ole10Native': native }),
        'word/embeddings/oleObject2.bin': oleFile({ Drawing: native }),
        'word/vbaProject.bin': 'macros',
      },
    ),
  );
  expect(document.children.map(({ path }) => path)).toEqual(['book.xlsx', 'hello.tx']);
  expect(await document.children[1]?.file.text()).toBe('Hello');
  expect(document.losses).toEqual([
    { what: 'embedded-files', count: 1 },
    { what: 'scripts', count: 1 },
  ]);
});

test('says of itself what Word wrote; its title else is what is set as one', async () => {
  const core =
    '<cp:coreProperties xmlns:dc="d" xmlns:dcterms="t"><dc:title> </dc:title><dc:creator>Jane</dc:creator><dcterms:created>2020-01-02T03:04:05Z</dcterms:created></cp:coreProperties>';
  const { metadata } = await readWith(
    readDocx,
    docxOf(p('Annual Report', '<w:pStyle w:val="Title"/>'), {}, { 'docProps/core.xml': core }),
  );
  expect(metadata).toEqual({ author: 'Jane', createdAt: '2020-01-02T03:04:05Z', title: 'Annual Report' });
});

describe('broken files', () => {
  const malformed = { code: 'malformed' };

  test('say what is wrong with them', async () => {
    const whole = docxOf(p('text'));
    expect(await problemOf(readDocx, new Blob([]))).toMatchObject(malformed);
    expect(await problemOf(readDocx, new Blob(['PK nothing like a zip']))).toMatchObject(malformed);
    expect(await problemOf(readDocx, whole.slice(0, 100))).toMatchObject(malformed);
    expect(await problemOf(readDocx, zipOf({ 'word/styles.xml': '<x/>' }))).toMatchObject({
      ...malformed,
      hint: expect.any(String) as string,
    });
    expect(await problemOf(readDocx, docxOf(p('')))).toMatchObject({ code: 'empty' });
    expect(
      await problemOf(readDocx, new Blob([oleFile({ EncryptedPackage: new Uint8Array(9) })])),
    ).toMatchObject({ code: 'password' });
  });

  test('fifty thousand tables in one another end in words, and soon', async () => {
    const nested = '<w:tbl><w:tr><w:tc>'.repeat(50_000);
    expect(await problemOf(readDocx, docxOf(nested))).toMatchObject(malformed);
    const text = p('kept');
    const kept = await readWith(readDocx, docxOf(text + nested));
    expect(kept.text).toBe('kept\n');
    expect(kept.problem).toMatchObject(malformed);
  });

  test('huge values and styles in circles do no harm', async () => {
    const styles =
      '<w:style w:styleId="A"><w:basedOn w:val="B"/></w:style><w:style w:styleId="B"><w:basedOn w:val="A"/></w:style>';
    const huge = '9'.repeat(10_000);
    const document = await readWith(
      readDocx,
      docxOf(
        p('a', '<w:pStyle w:val="A"/>') +
          item('b', 1, Number.MAX_SAFE_INTEGER) +
          table([[`<w:tcPr><w:gridSpan w:val="${huge}"/></w:tcPr>${p('c')}`, 'd']]),
        { styles, numbering: numbering.replace('w:val="1"', `w:val="${huge}"`) },
      ),
    );
    expect(document.text.replace(/\t+/, '\t')).toContain('c\td');
    expect(document.text.length).toBeLessThan(500);
  });

  test('a part that is damaged is a loss, not the end', async () => {
    const deep = '<w:x>'.repeat(2000);
    const document = await readWith(readDocx, docxOf(p('text'), { styles: deep }));
    expect(document.text).toBe('text\n');
    expect(document.losses).toEqual([{ what: 'unreadable-parts', count: 1 }]);
  });
});

test('a long document is handed on in pieces', async () => {
  const line = p('The quick brown fox jumps over the lazy dog, again and again. '.repeat(8));
  const document = await readWith(readDocx, docxOf(line.repeat(3000)));
  expect(document.text.length).toBeGreaterThan(1_400_000);
  expect(document.flushes).toBeGreaterThan(2);
}, 10_000);

const real = [
  'comments',
  'docx-hdrftr',
  'duplicate-paragraphs',
  'endnotes',
  'equations',
  'fake_table',
  'footnotes',
  'num-having-numbering-part',
  'tbl-cell-access',
  'test_with_comment',
  'test_recursive_embedded',
  'utf8-bom',
];

describe('real documents (needs them beside the project)', () => {
  test.skipIf(dataPath('documents/docx') === null).each(real)(
    '%s has the words it has for others',
    async (name) => {
      const path = dataPath(`documents/docx/${name}.docx`) ?? '';
      const { text } = await readWith(readDocx, new Blob([readFileSync(path)]));
      expect(wordRecall(text, readFileSync(`${path}.expected.txt`, 'utf8'), true)).toBeGreaterThanOrEqual(
        0.97,
      );
    },
  );

  test.skipIf(dataPath('documents/docx/strict-format.docx') === null)(
    'strict ones read like others',
    async () => {
      const path = dataPath('documents/docx/strict-format.docx') ?? '';
      expect((await readWith(readDocx, new Blob([readFileSync(path)]))).text).toBe('Test\n');
    },
  );
});
