import { describe, expect, test } from 'vitest';
import { MarkdownHeadings } from '../../../src/adapters/ingest/formats/markdown';

function headingsIn(
  text: string,
  cut = text.length,
): { at: string; label: string; level: number | undefined; ends: string }[] {
  const headings = new MarkdownHeadings();
  const points = [...text];
  for (let from = 0; from < points.length; from += cut)
    headings.push(points.slice(from, from + cut).join(''));
  return headings.end().marks.map(({ start, end, label, level }) => ({
    at: points.slice(start, start + 5).join(''),
    label,
    level,
    ends: points.slice(end, end + 5).join(''),
  }));
}

const page = `🙂 before
# One *two*
text
## Sub [link](http://x)
\`\`\`sh
# no heading
\`\`\`
Under
=====
- item
---
    # code
Also under
----------
`;

describe('headings of Markdown', () => {
  test('of both kinds are found, outside of code, each to the next of its level', () => {
    expect(headingsIn(page)).toEqual([
      { at: '# One', label: 'One two', level: 1, ends: 'Under' },
      { at: '## Su', label: 'Sub link', level: 2, ends: 'Under' },
      { at: 'Under', label: 'Under', level: 1, ends: '' },
      { at: 'Also ', label: 'Also under', level: 2, ends: '' },
    ]);
  });

  test.each([1, 2, 3, 7])('wherever the text is cut: every %i characters', (cut) => {
    expect(headingsIn(page, cut)).toEqual(headingsIn(page));
  });

  test('front matter says what the document is, and holds no heading', () => {
    const headings = new MarkdownHeadings();
    headings.push('---\ntitle: "A Title"\nauthor: Somebody\ndate: 2024-03-05\n# not one\n---\n# One\n');
    const { marks, metadata } = headings.end();
    expect(metadata).toEqual({ title: 'A Title', author: 'Somebody', createdAt: '2024-03-05' });
    expect(marks.map(({ label }) => label)).toEqual(['One']);
  });
});
