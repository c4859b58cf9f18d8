import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readOdp } from '../../../src/adapters/ingest/formats/odf/odp';
import { readFlatOdf, readOdt } from '../../../src/adapters/ingest/formats/odf/odt';
import { marksOf, problemOf, readWith, stretch, tablesIn } from '../../fixtures/read-with';
import { dataPath } from '../../fixtures/shared-data';
import { wordRecall } from '../../fixtures/word-recall';
import { zipOf } from '../../fixtures/zip-of';

const content = (body: string, styles = '') =>
  `<?xml version="1.0"?><office:document-content><office:automatic-styles>${styles}</office:automatic-styles><office:body><office:text>${body}</office:text></office:body></office:document-content>`;

function odtOf(body: string, styles = '', others: Record<string, string> = {}): Blob {
  return zipOf({
    mimetype: 'application/vnd.oasis.opendocument.text',
    'content.xml': content(body, styles),
    ...others,
  });
}

const p = (text: string, style = '') => `<text:p text:style-name="${style}">${text}</text:p>`;

describe('a text document', () => {
  test('has headings as sections, and white space as it counts', async () => {
    const document = await readWith(
      readOdt,
      odtOf(
        `<text:sequence-decls><text:sequence-decl/></text:sequence-decls><text:h text:outline-level="1">One</text:h>${p('a\n   b<text:s text:c="3"/>c<text:tab/>d<text:line-break/>e <text:span> f</text:span>')}<text:section><text:h text:outline-level="2">Two</text:h></text:section>`,
      ),
    );
    expect(document.text).toBe('One\n\na b   c\td\ne f\n\nTwo\n');
    expect(marksOf(document, 'section').map(({ label, level }) => [label, level])).toEqual([
      ['One', 1],
      ['Two', 2],
    ]);
  });

  test('has the numbers of its lists, going on where they say so, and those of headings', async () => {
    const styles =
      '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/><text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")" text:display-levels="2"/><text:list-level-style-bullet text:level="3" text:bullet-char="•"/></text:list-style>' +
      '<text:outline-style><text:outline-level-style text:level="1" style:num-format="I" style:num-suffix="."/></text:outline-style>';
    const item = (...parts: string[]) => `<text:list-item>${parts.join('')}</text:list-item>`;
    const list = (attributes: string, ...items: string[]) =>
      `<text:list ${attributes}>${items.join('')}</text:list>`;
    const { text } = await readWith(
      readOdt,
      odtOf(
        '<text:h>Head</text:h>' +
          list(
            'text:style-name="L" xml:id="a"',
            item(p('a'), p('more'), list('', item(p('b'), list('', item(p('c')))), item(p('d')))),
            item(p('e')),
          ) +
          p('between') +
          list('text:style-name="L" text:continue-list="a"', item(p('f'))) +
          list(
            'text:style-name="L"',
            item(p('g')),
            '<text:list-item text:start-value="9"><text:p>h</text:p></text:list-item>',
          ) +
          '<text:h>Tail</text:h>',
        styles,
      ),
    );
    expect(text).toBe(
      'I. Head\n\n1. a\n  more\n  1.a) b\n    - c\n  1.b) d\n2. e\n\nbetween\n\n3. f\n1. g\n9. h\n\nII. Tail\n',
    );
  });

  test('has tables cell by cell, notes behind their paragraphs, comments with their author', async () => {
    const cell = (text: string, more = '') => `<table:table-cell ${more}>${p(text)}</table:table-cell>`;
    const note = (kind: string, text: string) =>
      `<text:note text:note-class="${kind}"><text:note-citation>7</text:note-citation><text:note-body>${p(text)}</text:note-body></text:note>`;
    const document = await readWith(
      readOdt,
      odtOf(
        `<table:table><table:table-column/><table:table-header-rows><table:table-row>${cell('a')}${cell('b')}${cell('c')}</table:table-row></table:table-header-rows><table:table-row>${cell('wide', 'table:number-columns-spanned="2"')}<table:covered-table-cell/>${cell('d' + note('footnote', 'in a cell'))}</table:table-row></table:table>` +
          p(
            `x${note('endnote', 'last')}${note('footnote', 'first')}<office:annotation><dc:creator>Jane</dc:creator><dc:date>2020</dc:date>${p('Sure?')}</office:annotation>y`,
          ),
      ),
    );
    expect(tablesIn(document)).toEqual([
      [
        ['a', 'b', 'c'],
        ['wide', '', 'd[1]'],
      ],
    ]);
    expect(document.text).toBe(
      'a\tb\tc\nwide\t\td[1]\n\n[1] in a cell\n\nx[2][3]y\n\n[3] first\n\nComment by Jane: Sure?\n\n[2] last\n',
    );
    expect(marksOf(document, 'comment').map((mark) => [mark.label, stretch(document, mark)])).toEqual([
      ['Jane', 'Comment by Jane: Sure?'],
    ]);
  });

  test('leaves out what was deleted or is hidden; text boxes are read, pictures counted, formulas LaTeX', async () => {
    const document = await readWith(
      readOdt,
      odtOf(
        `<text:tracked-changes><text:changed-region><text:deletion>${p('gone')}</text:deletion></text:changed-region></text:tracked-changes>` +
          p('a<text:change text:change-id="1"/>b<text:span text:style-name="H">hidden</text:span>') +
          p(`c<draw:frame><draw:text-box>${p('boxed')}</draw:text-box></draw:frame>d`) +
          p('<draw:frame><draw:image/><svg:desc>A dog</svg:desc></draw:frame>') +
          p('<draw:frame><draw:object xlink:href="./Object 1"/><draw:image/></draw:frame>') +
          `<text:table-of-content><text:table-of-content-source><text:index-title-template>no</text:index-title-template></text:table-of-content-source><text:index-body>${p('Contents')}</text:index-body></text:table-of-content>`,
        '<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>',
        {
          'Object 1/content.xml':
            '<math><semantics><mrow><mfrac><mi>a</mi><mn>2</mn></mfrac><mo>≤</mo><msup><mi>x</mi><mn>2</mn></msup></mrow><annotation>a over 2</annotation></semantics></math>',
        },
      ),
    );
    expect(document.text).toBe('ab\n\ncd\n\nboxed\n\n[A dog]\n\n$\\frac{a}{2} \\leq x^{2}$\n\nContents\n');
    expect(document.losses).toEqual([
      { what: 'images', count: 1 },
      { what: 'equations', count: 1 },
    ]);
  });

  test('has running heads and feet once, and says of itself what its makers did', async () => {
    const page = (name: string) =>
      `<style:master-page><style:header>${p(name)}</style:header><style:footer>${p('<text:page-number>1</text:page-number>')}</style:footer></style:master-page>`;
    const document = await readWith(
      readOdt,
      odtOf(p('Body'), '', {
        'styles.xml': `<office:document-styles><office:styles><text:notes-configuration/></office:styles><office:master-styles>${page('Head')}${page('Head')}</office:master-styles></office:document-styles>`,
        'meta.xml':
          '<office:document-meta><office:meta><dc:title>T</dc:title><meta:initial-creator>Jane</meta:initial-creator><dc:creator>Al</dc:creator><meta:creation-date>2020-01-02T03:04:05</meta:creation-date><dc:language>pl</dc:language></office:meta></office:document-meta>',
      }),
    );
    expect(document.text).toBe('Head\n\nBody\n');
    expect(document.marks.map(({ kind }) => kind)).toEqual(['header']);
    expect(document.metadata).toEqual({
      title: 'T',
      author: 'Jane',
      createdAt: '2020-01-02T03:04:05',
      language: 'pl',
    });
  });

  test('may be one flat file', async () => {
    const flat = `<?xml version="1.0"?><office:document><office:meta><dc:title>Flat</dc:title></office:meta><office:body><office:text>${p('Zażółć')}${p('<draw:frame><draw:image><office:binary-data>AAAA</office:binary-data></draw:image></draw:frame>')}</office:text></office:body></office:document>`;
    const document = await readWith(readFlatOdf, new Blob([flat]));
    expect(document.text).toBe('Zażółć\n');
    expect(document.metadata.title).toBe('Flat');
  });

  test('with a password, without its text, empty or nested without end says so', async () => {
    const manifest =
      '<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>';
    expect(await problemOf(readOdt, odtOf(p('x'), '', { 'META-INF/manifest.xml': manifest }))).toMatchObject({
      code: 'password',
    });
    expect(await problemOf(readOdt, zipOf({ mimetype: 'x' }))).toMatchObject({ code: 'malformed' });
    expect(await problemOf(readOdt, odtOf(p('')))).toMatchObject({ code: 'empty' });
    expect(await problemOf(readOdt, new Blob([]))).toMatchObject({ code: 'malformed' });
    expect(await problemOf(readOdt, odtOf('<text:list><text:list-item>'.repeat(20_000)))).toMatchObject({
      code: 'malformed',
    });
  });

  const real = dataPath('documents/odt/eng_spa_mult.odt');
  test.skipIf(real === null)(
    'that is real has the words it has for others (needs the real documents)',
    async () => {
      const { text } = await readWith(readOdt, new Blob([readFileSync(real ?? '')]));
      expect(wordRecall(text, readFileSync(`${real ?? ''}.expected.txt`, 'utf8'))).toBeGreaterThanOrEqual(
        0.97,
      );
    },
  );
});

test('a presentation is read slide by slide, with what the speaker notes', async () => {
  const frame = (kind: string, inner: string) =>
    `<draw:frame presentation:class="${kind}"><draw:text-box>${inner}</draw:text-box></draw:frame>`;
  const list = `<text:list><text:list-item>${p('point')}</text:list-item></text:list>`;
  const pages =
    `<draw:page draw:name="p1">${frame('title', p('Hello'))}${frame('outline', list)}<draw:custom-shape>${p('shape')}</draw:custom-shape><presentation:notes><draw:page-thumbnail/>${frame('notes', p('Say hi'))}</presentation:notes></draw:page>` +
    `<draw:page draw:name="p2"><draw:g>${frame('subtitle', p('Grouped'))}</draw:g><draw:frame><table:table><table:table-row><table:table-cell>${p('a')}</table:table-cell><table:table-cell>${p('b')}</table:table-cell></table:table-row></table:table><draw:image/></draw:frame></draw:page>`;
  const document = await readWith(
    readOdp,
    zipOf({
      'content.xml': `<office:document-content><office:body><office:presentation>${pages}</office:presentation></office:body></office:document-content>`,
    }),
  );
  expect(document.text).toBe('Hello\n\n- point\n\nshape\n\nSay hi\n\nGrouped\n\na\tb\n');
  expect(marksOf(document, 'slide').map((mark) => [mark.label, stretch(document, mark)])).toEqual([
    ['1', 'Hello\n\n- point\n\nshape\n\nSay hi'],
    ['2', 'Grouped\n\na\tb'],
  ]);
  expect(marksOf(document, 'note').map((mark) => stretch(document, mark))).toEqual(['Say hi']);
  expect(tablesIn(document)).toEqual([[['a', 'b']]]);
});
