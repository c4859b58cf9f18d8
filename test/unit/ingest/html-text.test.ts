import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readDocument } from '../../../src/adapters/ingest/read-document';
import { HtmlText } from '../../../src/adapters/ingest/html-text';
import { dataPath } from '../../fixtures/shared-data';

function textOf(markup: string, pieceLength = markup.length): string {
  const page = new HtmlText();
  let text = '';
  for (let at = 0; at < markup.length; at += pieceLength)
    text += page.write(markup.slice(at, at + pieceLength));
  return text + page.end();
}

const page = `<!doctype html><html><head><title>Tides &amp; times</title><style>p { color: red }</style>
<script>document.write("<p>no</p>")</script></head><body>
<h1>Tides</h1><p>High   water is
at <b>four</b>, see <a href="/x">the   table</a>.<br>Low at ten.</p>
<table><thead><tr><th>Port</th><th>High</th><th></th></tr></thead>
<tr><td><p>Leith</p></td><td><div>4:10</div><div>16:32</div></td><td> </td></tr>
<tr><td></td><td>5:00</td></tr></table>
<ul><li>one</li><li>two</li></ul>
<pre>a  b
  c</pre><p>soft&shy;ware&nbsp;&lt;tag&gt; caf&eacute; &#x1F642;</p><img alt="a chart" src="x.png"></body></html>`;

const expected = `Tides & times

Tides

High water is at four, see the table.
Low at ten.

Port\tHigh
Leith\t4:10 16:32
\t5:00

one
two

a  b
  c

software <tag> café 🙂

[a chart]
`;

describe('the text of a page', () => {
  test('title, headings, paragraphs, rows, lists, preformatted text and entities', () => {
    expect(textOf(page)).toBe(expected);
  });

  test.each([1, 2, 7, 100])('is the same when the markup comes in pieces of %i', (length) => {
    expect(textOf(page, length)).toBe(expected);
  });

  test('broken markup still gives its words', () => {
    const words = textOf('<p>one<p>two<td>three</td></table><b>four<i>').split(/\s+/).filter(Boolean);
    expect(words).toEqual(['one', 'two', 'three', 'four']);
  });
});

/** Words of letters and digits: pandoc draws tables and rules with the rest. */
function words(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [word] of text.matchAll(/[\p{L}\p{N}]+/gu)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function recall(got: string, wanted: string): number {
  const have = words(got);
  let found = 0;
  let all = 0;
  for (const [word, count] of words(wanted)) {
    all += count;
    found += Math.min(count, have.get(word) ?? 0);
  }
  return found / all;
}

const folder = dataPath('documents/html');
const pages = folder === null ? [] : readdirSync(folder).filter((name) => name.endsWith('.html'));
// Its expected text was made with the charset the page wrongly declares, and is all U+FFFD.
const misread = 'testArabicMisleadingCharset.html';

describe.skipIf(folder === null)(`real pages${folder === null ? ' (no shared data here)' : ''}`, () => {
  test.each(pages.filter((name) => name !== misread))('%s has the expected words', async (name) => {
    const text = await readPage(name);
    const wanted = readFileSync(`${folder ?? ''}/${name}.expected.txt`, 'utf8');
    const share = recall(text, wanted);
    console.info(`${name}: word recall ${share.toFixed(4)}`);
    expect(share).toBeGreaterThanOrEqual(0.97);
  });

  test.runIf(pages.includes(misread))(
    'a page that declares the wrong charset is Arabic all the same',
    async () => {
      const text = await readPage(misread);
      expect(text).not.toContain('\ufffd');
      expect(text.match(/\p{Script=Arabic}/gu)?.length).toBeGreaterThan(300);
    },
  );
});

async function readPage(name: string): Promise<string> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const sink = {
    write: (utf8: Uint8Array<ArrayBuffer>) => void pieces.push(utf8),
    restart: () => void pieces.splice(0),
  };
  const file = new File([readFileSync(`${folder ?? ''}/${name}`)], name);
  await readDocument(file, name, sink, new AbortController().signal, () => undefined);
  return new Blob(pieces).text();
}
