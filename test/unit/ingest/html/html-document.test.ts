import { describe, expect, test } from 'vitest';
import { HtmlDocument, type HtmlOptions } from '../../../../src/adapters/ingest/formats/html/html-document';
import { marksOf, readWith, stretch, tablesIn, type ReadResult } from '../../../fixtures/read-with';

/** The markup as a document, handed over in pieces of this length. */
function documentOf(
  markup: string,
  pieceLength = markup.length,
  options: HtmlOptions = {},
): Promise<ReadResult> {
  return readWith((_, out) => {
    const page = new HtmlDocument(out, options);
    for (let at = 0; at < markup.length; at += pieceLength) page.write(markup.slice(at, at + pieceLength));
    page.end();
    return Promise.resolve();
  }, new Blob());
}

async function textOf(markup: string): Promise<string> {
  return (await documentOf(markup)).text;
}

const page = `<!doctype html><html lang="en"><head><title>Tides &amp; times</title><style>p { color: red }</style>
<script>document.write("<p>no</p>")</script></head><body>
<h1>Tides</h1><p>High   water is
at <b>four</b>, see <a href="/x">the   table</a>.<br>Low at ten.</p>
<table><thead><tr><th>Port</th><th>High</th><th></th></tr></thead>
<tr><td><p>Leith</p></td><td><div>4:10</div><div>16:32</div></td><td> </td></tr>
<tr><td></td><td>5:00</td></tr></table>
<ul><li>one</li><li>two</li></ul>
<pre>a  b
  c</pre><p>soft&shy;ware&nbsp;&lt;tag&gt; caf&eacute; &#x1F642;</p><img alt="a chart" src="x.png"></body></html>`;

const expected = `Tides

High water is at four, see the table.
Low at ten.

Port\tHigh
Leith\t4:10 16:32
\t5:00

- one
- two

a  b
  c

software <tag> café 🙂

[a chart]
`;

describe('the text of a page', () => {
  test('headings, paragraphs, rows, lists, preformatted text and entities', async () => {
    expect(await textOf(page)).toBe(expected);
  });

  test.each([1, 2, 7, 100])('is the same when the markup comes in pieces of %i', async (length) => {
    const [whole, cut] = [await documentOf(page), await documentOf(page, length)];
    expect(cut.text).toBe(expected);
    expect(cut.marks).toEqual(whole.marks);
  });

  test('broken markup still gives its words', async () => {
    const words = (await textOf('<p>one<p>two<td>three</td></table><b>four<i>')).split(/\s+/).filter(Boolean);
    expect(words).toEqual(['one', 'two', 'three', 'four']);
  });

  test('a forgotten end tag of a picture or a formula does not swallow the page', async () => {
    expect(await textOf('<svg><path d="M0 0"><p>after</p>')).toBe('after\n');
    expect(await textOf('<math><mi>x</mi><mrow><p>after</p>')).toBe('x\n\nafter\n');
  });

  test('the end tag of what began outside a table does not end the table', async () => {
    const document = await documentOf(
      '<b><table><tr><th>a</b><th>b</tr><tr><td>1</b></div><td>2</table> after',
    );
    expect(tablesIn(document)).toEqual([
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ]);
    expect(document.text).toBe('a\tb\n1\t2\n\nafter\n');
  });

  test('lists keep their numbers and their depth', async () => {
    const lists = `<ol start="3"><li>c<li><p>d</p><ul><li>inner</ul><li value="9">i</ol><ol type="a" reversed start=2><li>b<li>a</ol>
      <ol type=I><li>one<li>two</ol><ul><li><ul><li>only the inner</ul></ul>`;
    expect(await textOf(lists)).toBe(
      '3. c\n4. d\n\n  - inner\n9. i\n\nb. b\na. a\n\nI. one\nII. two\n\n  - only the inner\n',
    );
  });

  test('readings of characters stand in brackets, quotations in quotation marks', async () => {
    expect(await textOf('<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby> <q>said</q>')).toBe(
      '漢(かん) “said”\n',
    );
  });

  test('formulas are read as TeX where the page has it, once, else as their parts', async () => {
    const tex = `<math alttext="E=mc^2"><mi>E</mi></math><img alt="E=mc^2"><p><math><semantics><mrow><mi>x</mi></mrow>
      <annotation encoding="application/x-tex">x_1</annotation></semantics></math>`;
    const document = await documentOf(`${tex}<p><math><mi>a</mi><mo>+</mo><mi>b</mi></math>`);
    expect(document.text).toBe('E=mc^2\n\nx_1\n\na+b\n');
    expect(document.losses).toEqual([{ what: 'equations', count: 1 }]);
  });

  test('forms show what is filled in, never what is hidden or secret', async () => {
    const form = `<form>Name <input value="Ada"> <input type=hidden value=h><input type=password value=p>
      <input type=checkbox checked> yes <textarea>two
lines</textarea></form>`;
    expect(await textOf(form)).toBe('Name Ada [x] yes two\nlines\n');
  });
});

describe('marks', () => {
  test('headings open sections of their level', async () => {
    const document = await documentOf(
      '<h1>One <i>and</i> only</h1>a<h3>Deep</h3>b<h2><img alt="pic"></h2>c<h1> </h1>',
    );
    expect(
      marksOf(document, 'section').map((mark) => [mark.level, mark.label, stretch(document, mark).trim()]),
    ).toEqual([
      [1, 'One and only', 'One and only\n\na\n\nDeep\n\nb\n\n[pic]\n\nc'],
      [3, 'Deep', 'Deep\n\nb'],
      [2, '[pic]', '[pic]\n\nc'],
    ]);
  });

  test('a heading as long as a page is no heading', async () => {
    const document = await documentOf(`<h1>${'word '.repeat(400)}</h1><p>end`);
    expect(document.marks).toEqual([]);
    expect(document.text).toBe(`${'word '.repeat(400).trim()}\n\nend\n`);
  });

  test('spans keep cells in their columns, and cells keep their line breaks', async () => {
    const document = await documentOf(`<table><caption>Ports</caption>
      <tr><th rowspan=2>Port<th colspan=2>Times<th>Note
      <tr><th>am<th>pm<th>
      <tr><td>Leith<td>4:10<td>16:32<td>spring<br>tides<p>only</p>
      <tr><td colspan=3>closed<td>-</table>`);
    expect(tablesIn(document)).toEqual([
      [
        ['Port', 'Times', '', 'Note'],
        ['', 'am', 'pm', ''],
        ['Leith', '4:10', '16:32', 'spring\ntides\n\nonly'],
        ['closed', '', '', '-'],
      ],
    ]);
    expect(document.text).toContain('Ports\n\nPort\tTimes\t\tNote\n');
    expect(marksOf(document, 'table')).toMatchObject([
      { label: 'Ports', table: { header: true, reads: 'text' } },
    ]);
  });

  test('tables without header cells have one where words stand above numbers', async () => {
    const tables = await documentOf(
      '<table><tr><td>Port<td>Ships<tr><td>Leith<td>12</table><table><tr><td>a<td>b<tr><td>c<td>d</table>',
    );
    expect(marksOf(tables, 'table').map(({ table }) => table?.header)).toEqual([true, false]);
  });

  test('tables that place things are text, tables of data in them are tables', async () => {
    const document = await documentOf(`<table><tr><td>Menu<td><h2>News</h2><p>Text</p>
      <table><tr><th>a<th>b<tr><td>1<td>2</table></td></tr><tr><td>Foot</td></tr></table>`);
    expect(document.text).toBe('Menu\n\nNews\n\nText\n\na\tb\n1\t2\n\nFoot\n');
    expect(tablesIn(document)).toEqual([
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ]);
  });

  test('tables of any length are read row by row', async () => {
    const rows = Array.from({ length: 5000 }, (_, at) => `<tr><td>${String(at)}<td>x${String(at)}`).join('');
    const [table] = tablesIn(await documentOf(`<table><tr><th>n<th>x${rows}</table>`, 1000));
    expect(table).toHaveLength(5001);
    expect(table?.at(-1)).toEqual(['4999', 'x4999']);
  });

  test('anchors are told where their text begins', async () => {
    const places: string[] = [];
    const document = await readWith((_, out) => {
      const html = new HtmlDocument(out, { anchor: (id) => void (places.push(id), out.open('chapter', id)) });
      html.write('<p id=a>first</p><h2><a id=b></a>Second</h2><p>text</p>');
      html.end();
      return Promise.resolve();
    }, new Blob());
    expect(places).toEqual(['a', 'b']);
    expect(marksOf(document, 'chapter').map((mark) => [mark.label, mark.start])).toEqual([
      ['a', 0],
      ['b', 'first\n\n'.length],
    ]);
  });
});

describe('what else there is to say', () => {
  test('title, author, dates and language are of the document, not in its text', async () => {
    const document = await documentOf(`<html lang="de-AT"><head><meta property="og:title" content="Worse">
      <title>Gezeiten</title><meta name=author content="Ada  L."><meta name=description content="Wasser">
      <meta property="article:published_time" content="2021-03-04T05:06:07+01:00"></head><p>Text`);
    expect(document.text).toBe('Text\n');
    expect(document.metadata).toEqual({
      title: 'Gezeiten',
      author: 'Ada L.',
      subject: 'Wasser',
      createdAt: '2021-03-04T05:06:07+01:00',
      language: 'de-AT',
    });
  });

  test('what is not text is counted', async () => {
    const markup = `<img src=a><img src=b alt=""><img width=1 height=1><svg><path/></svg><svg width=16 height=16></svg>
      <svg><image href=c /></svg><canvas></canvas><iframe src=d>x</iframe><object></object><video></video><script>1</script>`;
    expect((await documentOf(markup)).losses).toEqual([
      { what: 'images', count: 3 },
      { what: 'drawings', count: 2 },
      { what: 'embedded-files', count: 2 },
      { what: 'media', count: 1 },
    ]);
    const scripts = '<script>1</script><script type="application/ld+json">{}</script>';
    const { losses } = await documentOf(scripts, scripts.length, { countsScripts: true });
    expect(losses).toEqual([{ what: 'scripts', count: 1 }]);
  });
});

describe('hostile markup is read in time that grows with it', () => {
  const deep = 40_000;
  test.each([
    ['elements in elements', '<div>'.repeat(deep) + 'x' + '</b>'.repeat(deep)],
    ['tables in tables', '<table><tr><td>'.repeat(deep) + 'x'],
    [
      'cells closed by what is far outside',
      `<b><table><tr><td>${'<i>'.repeat(deep)}${'</b></tbody>'.repeat(deep)}x`,
    ],
    ['items among elements never closed', `<ul>${'<b>'.repeat(deep)}${'<li>'.repeat(deep)}x`],
    ['headings in headings', '<h1><div>'.repeat(deep) + 'x'],
    ['an attribute of megabytes', `<p title="${'a'.repeat(1_000_000)}" alt="${'b'.repeat(1_000_000)}">x`],
    ['attributes by the hundred thousand', `<p ${'a b=1 '.repeat(deep)}>x`],
    [
      'spans far beyond any table',
      `<table>${'<tr><td colspan=9999 rowspan=9999><td>y'.repeat(3000)}</table>x`,
    ],
    ['formulas in formulas', '<math><mtext>'.repeat(deep) + 'x'],
    ['a comment without an end', `x<!--${'-'.repeat(1_000_000)}`],
  ])('%s', async (_, markup) => {
    const from = performance.now();
    const document = await documentOf(markup, 64 * 1024);
    expect(document.text).toContain('x');
    expect(document.chars).toBeLessThan(20_000_000);
    expect(performance.now() - from).toBeLessThan(5000);
  });
});
