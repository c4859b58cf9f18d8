import { describe, expect, test } from 'vitest';
import { MarkdownHeadings } from '../../../src/adapters/ingest/formats/markdown';

function marksOf(text: string, pieceLength = Math.max(1, text.length)): ReturnType<MarkdownHeadings['end']> {
  const headings = new MarkdownHeadings();
  const points = [...text];
  for (let at = 0; at < points.length; at += pieceLength)
    headings.push(points.slice(at, at + pieceLength).join(''));
  return headings.end();
}

function sections(text: string, pieceLength?: number): unknown[] {
  const points = [...text];
  return marksOf(text, pieceLength).marks.map(({ level, label, start, end }) => [
    level,
    label,
    points.slice(start, end).join('').trim(),
  ]);
}

const text = `🙂 intro

# One #

a
## Two *and* \`code\` [link](x) {#two}

\`\`\`sh
# no heading
\`\`\`
<!-- # nor this
# or this -->
    # nor this

Under
lined
=====

- item
---
Second
------
<h3 align="center"><b>Tag</b></h3>
####### seven
#hash
`;

describe('the headings of Markdown', () => {
  test('are sections to the next of their level or above', () => {
    expect(sections(text).map((section) => (section as unknown[]).slice(0, 2))).toEqual([
      [1, 'One'],
      [2, 'Two and code link'],
      [1, 'Under lined'],
      [2, 'Second'],
      [3, 'Tag'],
    ]);
    expect(sections('# A\na\n## B\nb\n# C\nc')).toEqual([
      [1, 'A', '# A\na\n## B\nb'],
      [2, 'B', '## B\nb'],
      [1, 'C', '# C\nc'],
    ]);
  });

  test.each([1, 3, 10])('are the same in pieces of %i', (length) => {
    expect(marksOf(text, length)).toEqual(marksOf(text));
  });

  test('are counted in code points, with any line ends', () => {
    const { marks } = marksOf('🙂🙂\r\n# A\r\n🙂\r\n\r\nB\r\n--\r\n');
    expect(marks).toEqual([
      { kind: 'section', level: 1, label: 'A', start: 4, end: 21 },
      { kind: 'section', level: 2, label: 'B', start: 14, end: 21 },
    ]);
  });

  test('come with what the front matter says', () => {
    const yaml =
      '---\ntitle: "The: title"\nauthors:\n  - name: Ada\n  - Bob\ndate: 2024-05-06\n# comment\n---\n# A\n';
    expect(marksOf(yaml).metadata).toMatchObject({
      title: 'The: title',
      author: 'Ada, Bob',
      createdAt: '2024-05-06',
    });
    expect(marksOf(yaml).marks.map(({ label }) => label)).toEqual(['A']);
    expect(marksOf('+++\ntitle = "T"\nauthors = ["A", "B"]\n+++\n').metadata).toMatchObject({
      title: 'T',
      author: 'A, B',
    });
  });

  test('are found in time that grows with the text', () => {
    const from = performance.now();
    expect(marksOf('# '.repeat(1_000_000), 65_536).marks).toHaveLength(1);
    expect(marksOf('a\n'.repeat(300_000), 65_536).marks).toEqual([]);
    expect(marksOf('# x\n'.repeat(100_000), 65_536).marks).toHaveLength(100_000);
    expect(performance.now() - from).toBeLessThan(5000);
  });
});
