import { strToU8, zipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readPptx } from '../../../src/adapters/ingest/formats/pptx/pptx';
import { marksOf, problemOf, readWith, stretch, tablesIn } from '../../fixtures/read-with';
import { dataPath } from '../../fixtures/shared-data';

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

const relationships = (...entries: [id: string, type: string, target: string][]): string =>
  `<Relationships>${entries.map(([id, type, target]) => `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`).join('')}</Relationships>`;

const paragraphs = (...texts: string[]): string =>
  `<p:txBody>${texts.map((text) => `<a:p><a:r><a:t>${text}</a:t></a:r></a:p>`).join('')}</p:txBody>`;

const shape = (
  texts: string[],
  { type = '', at, hidden = false }: { type?: string; at?: [x: number, y: number]; hidden?: boolean } = {},
): string =>
  `<p:sp><p:nvSpPr><p:cNvPr id="1" name="s"${hidden ? ' hidden="1"' : ''}/><p:nvPr>${type ? `<p:ph type="${type}"/>` : ''}</p:nvPr></p:nvSpPr>` +
  `<p:spPr>${at ? `<a:xfrm><a:off x="${String(at[0])}" y="${String(at[1])}"/></a:xfrm>` : ''}</p:spPr>${paragraphs(...texts)}</p:sp>`;

const slide = (...shapes: string[]): string =>
  `<p:sld><p:cSld><p:spTree>${shapes.join('')}</p:spTree></p:cSld></p:sld>`;

function presentation(
  slides: readonly string[],
  more: Record<string, string> = {},
  order = slides.map((_, i) => i + 1),
): Blob {
  const files: Record<string, string> = {
    '_rels/.rels': relationships(['r', 'officeDocument', 'ppt/presentation.xml']),
    'ppt/presentation.xml': `<p:presentation><p:sldIdLst>${order.map((n) => `<p:sldId id="${String(255 + n)}" r:id="s${String(n)}"/>`).join('')}</p:sldIdLst></p:presentation>`,
    'ppt/_rels/presentation.xml.rels': relationships(
      ...slides.map((_, i): [string, string, string] => [
        `s${String(i + 1)}`,
        'slide',
        `slides/slide${String(i + 1)}.xml`,
      ]),
      ['ca', 'commentAuthors', 'commentAuthors.xml'],
    ),
    ...Object.fromEntries(slides.map((markup, i) => [`ppt/slides/slide${String(i + 1)}.xml`, markup])),
    ...more,
  };
  return new Blob([
    zipSync(
      Object.fromEntries(
        Object.entries(files).flatMap(([name, text]) => (text === '' ? [] : [[name, strToU8(text)]])),
      ),
    ),
  ]);
}

describe('presentations', () => {
  test('slides come in the order they are shown, the title first, the rest from top to bottom', async () => {
    const read = await readWith(
      readPptx,
      presentation(
        [
          slide(
            shape(['low'], { at: [0, 9_000_000] }),
            shape(['high right'], { at: [5_000_000, 1_050_000] }),
            shape(['high left'], { at: [0, 1_000_000] }),
            shape(['Title'], { type: 'title' }),
          ),
          slide(shape(['Shown first'])),
        ],
        {},
        [2, 1],
      ),
    );
    expect(marksOf(read, 'slide').map((mark) => [mark.label, stretch(read, mark)])).toEqual([
      ['1', 'Shown first'],
      ['2', 'Title\n\nhigh left\n\nhigh right\n\nlow'],
    ]);
    expect(marksOf(read, 'section').map(({ label }) => label)).toEqual(['Title']);
  });

  test('tables, notes, comments with their authors, alternative texts and what is lost', async () => {
    const table =
      '<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>A</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>B</a:t></a:r><a:br/><a:r><a:t>b</a:t></a:r></a:p></a:txBody></a:tc></a:tr>' +
      '<a:tr><a:tc><a:txBody><a:p><a:r><a:t>1</a:t></a:r></a:p></a:txBody></a:tc><a:tc hMerge="1"/></a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>';
    const picture = '<p:pic><p:nvPicPr><p:cNvPr id="4" name="p" descr="A lighthouse"/></p:nvPicPr></p:pic>';
    const read = await readWith(
      readPptx,
      presentation([slide(table, picture)], {
        'ppt/slides/_rels/slide1.xml.rels': relationships(
          ['n', 'notesSlide', '../notesSlides/notesSlide1.xml'],
          ['c', 'comments', '../comments/comment1.xml'],
        ),
        'ppt/notesSlides/notesSlide1.xml': slide(
          shape(['Say this slowly'], { type: 'body' }),
          shape(['1'], { type: 'sldNum' }),
        ),
        'ppt/comments/comment1.xml':
          '<p:cmLst><p:cm authorId="0"><p:text>Check the date</p:text></p:cm></p:cmLst>',
        'ppt/commentAuthors.xml': '<p:cmAuthorLst><p:cmAuthor id="0" name="Ada"/></p:cmAuthorLst>',
      }),
    );
    expect(tablesIn(read)).toEqual([
      [
        ['A', 'B\nb'],
        ['1', ''],
      ],
    ]);
    expect(marksOf(read, 'table').map(({ table: shape }) => shape?.header)).toEqual([true]);
    expect(marksOf(read, 'note').map((mark) => stretch(read, mark))).toEqual(['Say this slowly']);
    expect(marksOf(read, 'comment').map((mark) => [mark.label, stretch(read, mark)])).toEqual([
      ['Ada', 'Check the date'],
    ]);
    expect(read.text).toContain('[A lighthouse]');
    expect(read.losses).toEqual([{ what: 'images', count: 1 }]);
  });

  test('charts say their titles and values, diagrams their words', async () => {
    const frame = (inside: string): string =>
      `<p:graphicFrame><a:graphic><a:graphicData>${inside}</a:graphicData></a:graphic></p:graphicFrame>`;
    const points = (...values: string[]): string =>
      values.map((value, i) => `<c:pt idx="${String(i)}"><c:v>${value}</c:v></c:pt>`).join('');
    const read = await readWith(
      readPptx,
      presentation([slide(frame('<c:chart r:id="ch"/>'), frame('<dgm:relIds r:dm="d" r:lo="l"/>'))], {
        'ppt/slides/_rels/slide1.xml.rels': relationships(
          ['ch', 'chart', '../charts/chart1.xml'],
          ['d', 'diagramData', '../diagrams/data1.xml'],
        ),
        'ppt/charts/chart1.xml': `<c:chartSpace><c:title><a:p><a:r><a:t>Catch</a:t></a:r></a:p></c:title><c:ser><c:tx>${points('Whales')}</c:tx><c:cat>${points('May', 'June')}</c:cat><c:val>${points('3', '5')}</c:val></c:ser></c:chartSpace>`,
        'ppt/diagrams/data1.xml':
          '<dgm:dataModel><dgm:pt><dgm:t><a:p><a:r><a:t>First step</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:dataModel>',
      }),
    );
    expect(read.text).toBe('Catch\n\tWhales\nMay\t3\nJune\t5\n\nFirst step\n');
    expect(tablesIn(read)).toEqual([
      [
        [null, 'Whales'],
        ['May', 3],
        ['June', 5],
      ],
    ]);
    expect(read.losses).toEqual([
      { what: 'charts', count: 1 },
      { what: 'drawings', count: 1 },
    ]);
  });

  test('one broken slide does not take the others along; a list that is missing is made up for', async () => {
    const deep = `${'<a>'.repeat(2000)}x`;
    const read = await readWith(
      readPptx,
      presentation([slide(shape(['first'])), deep, slide(shape(['third']))], {
        'ppt/presentation.xml': '<p:presentation/>',
      }),
    );
    expect(read.text).toBe('first\n\nthird\n');
    expect(marksOf(read, 'slide')).toHaveLength(3);
    expect(read.problem?.message).toContain('Slide 2');
  });

  test('a slide that is missing keeps its number; where none can be read, the file says why', async () => {
    const two = [slide(shape(['first'])), slide(shape(['second']))];
    const read = await readWith(readPptx, presentation(two, { 'ppt/slides/slide1.xml': '' }));
    expect(marksOf(read, 'slide').map((mark) => stretch(read, mark))).toEqual(['', 'second']);
    expect(read.losses).toEqual([{ what: 'unreadable-parts', count: 1 }]);
    const deep = '<a>'.repeat(2000);
    expect(await problemOf(readPptx, presentation([deep, deep]))).toMatchObject({
      code: 'malformed',
      message: 'This file is nested deeper than any document would be.',
    });
  });

  test('placeholders stand where their layout puts them, or the master', async () => {
    const layout = slide(shape(['Click to add'], { type: 'body', at: [0, 5_000_000] }));
    const master = slide(
      shape(['Prompt'], { type: 'pic', at: [0, 1_000_000] }),
      shape(['x'], { type: 'body', at: [0, 0] }),
    );
    const read = await readWith(
      readPptx,
      presentation(
        [
          slide(
            shape(['body'], { type: 'body' }),
            shape(['box'], { at: [0, 3_000_000] }),
            shape(['caption'], { type: 'pic' }),
          ),
        ],
        {
          'ppt/slides/_rels/slide1.xml.rels': relationships(['l', 'slideLayout', '../slideLayouts/a.xml']),
          'ppt/slideLayouts/a.xml': layout,
          'ppt/slideLayouts/_rels/a.xml.rels': relationships(['m', 'slideMaster', '../slideMasters/b.xml']),
          'ppt/slideMasters/b.xml': master,
        },
      ),
    );
    expect(read.text).toBe('caption\n\nbox\n\nbody\n');
  });

  test('groups stay together, hidden shapes are left out, hidden slides say so, feet come last', async () => {
    const group = `<p:grpSp><p:grpSpPr><a:xfrm><a:off x="0" y="4000000"/></a:xfrm></p:grpSpPr>${shape(['in group 2'], { at: [0, 900_000] })}${shape(['in group 1'], { at: [0, 1] })}</p:grpSp>`;
    const newer = `<mc:AlternateContent><mc:Choice Requires="a14">${shape(['newer'], { at: [0, 7_000_000] })}</mc:Choice><mc:Fallback>${shape(['older'])}</mc:Fallback></mc:AlternateContent>`;
    const markup = slide(
      shape(['page 7'], { type: 'sldNum' }),
      newer,
      group,
      shape(['alone'], { at: [0, 2_000_000] }),
      shape(['secret'], { hidden: true }),
    ).replace('<p:sld>', '<p:sld show="0">');
    const read = await readWith(readPptx, presentation([markup]));
    expect(read.text).toBe('(hidden slide)\n\nalone\n\nin group 1\n\nin group 2\n\nnewer\n\npage 7\n');
    expect(marksOf(read, 'footer').map((mark) => stretch(read, mark))).toEqual(['page 7']);
  });

  test('equations as a line, answers to comments after what they answer', async () => {
    const equation =
      '<p:sp><p:txBody><a:p><a:r><a:t>Let </a:t></a:r><mc:AlternateContent><mc:Choice><a14:m><m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath></a14:m></mc:Choice><mc:Fallback><a:r><a:t>?</a:t></a:r></mc:Fallback></mc:AlternateContent></a:p></p:txBody></p:sp>';
    const body = (text: string) => `<p188:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p188:txBody>`;
    const read = await readWith(
      readPptx,
      presentation([slide(equation)], {
        'ppt/slides/_rels/slide1.xml.rels': relationships(['c', 'comments', '../comments/modern.xml']),
        'ppt/comments/modern.xml': `<p188:cmLst><p188:cm authorId="{A}"><p188:replyLst><p188:reply authorId="{B}">${body('No')}</p188:reply></p188:replyLst>${body('Sure?')}</p188:cm><p188:cm authorId="{A}">${body('Fine')}</p188:cm></p188:cmLst>`,
        'ppt/authors.xml':
          '<p188:authorLst><p188:author id="{A}" name="Ada"/><p188:author id="{B}" name="Bob"/></p188:authorLst>',
        'ppt/_rels/presentation.xml.rels': relationships(
          ['s1', 'slide', 'slides/slide1.xml'],
          ['a', 'authors', 'authors.xml'],
        ),
      }),
    );
    expect(read.text).toBe('Let x = 1\n\nSure?\n\nNo\n\nFine\n');
    expect(marksOf(read, 'comment').map(({ label }) => label)).toEqual(['Ada', 'Bob', 'Ada']);
    expect(read.losses).toEqual([{ what: 'equations', count: 1 }]);
  });

  test('no slides, and slides without text, are named', async () => {
    expect(await problemOf(readPptx, presentation([]))).toMatchObject({ code: 'malformed' });
    expect(await problemOf(readPptx, presentation([slide()]))).toMatchObject({ code: 'empty' });
  });

  const real = ['many-pages', 'table', 'malformed'].map((name) => ({
    name,
    path: dataPath(`documents/pptx/fake-power-point-${name}.pptx`),
  }));
  test.skipIf(real.some(({ path }) => path === null)).each(real)(
    '$name: every word is there (skipped without the documents)',
    async ({ path }) => {
      const read = await readWith(readPptx, new Blob([readFileSync(path ?? '')]));
      const words = readFileSync(`${path ?? ''}.expected.txt`, 'utf8')
        .split(/\s+/)
        .filter((word) => word !== '');
      expect(words.length).toBeGreaterThan(0);
      for (const word of words) expect(read.text).toContain(word);
    },
  );
});
