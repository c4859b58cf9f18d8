/** An answer handed on as a file: what it rests on is in it, and nothing of a document or a model can act in it. */

import { describe, expect, it } from 'vitest';
import * as v from 'valibot';
import type { Evidence } from '../../../src/core/answer/evidence';
import { answerMarkdown } from '../../../src/core/answer/export';
import { answerHtml } from '../../../src/core/answer/export-html';
import { answerFile, answerFileSchema } from '../../../src/core/answer/export-json';
import { foldRun } from '../../../src/core/record/fold';
import { syntheticRun, type SyntheticOptions } from '../../fixtures/synthetic-run';

const whole = { before: false, passage: false, after: false };
const found: Evidence = {
  kind: 'quotation',
  text: 'Call me Ishmael.',
  verdict: 'found',
  span: { documentId: 'd1', start: 28_000, end: 28_016 },
  documentName: 'books/moby-dick.txt',
  where: 'moby-dick.txt, ch. 1',
  source: {
    before: 'CHAPTER 1. Loomings. ',
    passage: 'Call me\nIshmael.',
    after: ' Some <b>years</b> ago_',
    cut: { ...whole, after: true },
  },
};
const missing: Evidence = {
  kind: 'quotation',
  text: 'a metaphor for tax law',
  verdict: 'missing',
  span: null,
  documentName: null,
  where: null,
  source: null,
};
const citation: Evidence = { ...found, kind: 'citation', text: 'moby-dick.txt @ 28000-28016' };

function treeOf(options: SyntheticOptions = {}) {
  const tree = foldRun(syntheticRun(options));
  if (!tree) throw new Error('no root');
  return tree;
}

describe('an answer as Markdown', () => {
  const file = answerMarkdown(treeOf(), [found, missing, citation], '20 November 2026');

  it('holds the question, the answer, what was checked and how it was made', () => {
    expect(file).toMatch(/^# What did Ahab lose, and to whom\?\n/);
    expect(file).toContain('Ahab is missing a leg');
    expect(file).toContain('- Found, moby-dick.txt, ch. 1: “Call me Ishmael.”');
    expect(file).toContain('- Not found in the documents: “a metaphor for tax law”');
    expect(file).toContain('## Places cited\n\n- Found, moby-dick.txt, ch. 1: moby-dick.txt @ 28000-28016');
    expect(file).toContain('Root model gpt-large, sub-model small-8b; 4 turns');
  });

  it('shows the passage in bold among what stands around it, and takes none of it for Markdown', () => {
    expect(file).toContain(
      '  > CHAPTER 1. Loomings. **Call me Ishmael.** Some \\<b\\>years\\</b\\> ago\\_ …\n',
    );
  });

  it('says why an answer is partial', () => {
    const problem = { code: 'limit', message: 'The run reached its limit of 4 turns.' } as const;
    expect(answerMarkdown(treeOf({ status: 'partial', problem }), [], 'today')).toContain(
      '*Partial answer: The run reached its limit of 4 turns.*',
    );
  });
});

describe('an answer as JSON', () => {
  const tree = treeOf();

  it('is as its schema says, also after having been written and read', () => {
    const file: unknown = JSON.parse(JSON.stringify(answerFile(tree, [found, missing, citation])));
    const read = v.parse(v.strictObject(answerFileSchema.entries), file);
    expect(read.quotations).toEqual([
      {
        text: 'Call me Ishmael.',
        verified: true,
        documentId: 'd1',
        name: 'books/moby-dick.txt',
        start: 28_000,
        end: 28_016,
        where: 'moby-dick.txt, ch. 1',
        context: {
          before: 'CHAPTER 1. Loomings. ',
          passage: 'Call me\nIshmael.',
          after: ' Some <b>years</b> ago_',
        },
      },
      expect.objectContaining({ verified: false, documentId: null, context: null }),
    ]);
    expect(read.citations).toHaveLength(1);
    expect(read.models.root.name).toBe('gpt-large');
    expect(Object.keys(read.usage)).toEqual(Object.keys(tree.usage));
  });

  it('tells what was not checked from what is not there', () => {
    const file = answerFile(tree, [{ ...missing, verdict: 'unchecked' }]);
    expect(file.quotations[0]?.verified).toBeNull();
  });
});

describe('an answer as HTML', () => {
  const hostile = '</title><script>alert(1)</script><img src=x onerror=alert(1)>"\'&';
  const evidence: Evidence[] = [
    {
      ...found,
      text: hostile,
      documentName: hostile,
      where: hostile,
      source: { before: hostile, passage: hostile, after: hostile, cut: whole },
    },
    missing,
  ];
  const file = answerHtml(treeOf({ question: hostile }), evidence, '<p>body</p>', hostile);

  it('allows nothing but its own style', () => {
    expect(file).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    );
    expect(file.match(/<(?:script|img|link|iframe)\b/gi)).toBeNull();
    const values = /="[^"]*"/g;
    expect(file.replace(values, '=""')).not.toMatch(/<[^>]*\s(?:src|href|on\w+)=/i);
  });

  it('lets pictures be shown only where the answer itself holds one', () => {
    const body = '<p><img src="data:image/png;base64,AA=="></p>';
    expect(answerHtml(treeOf(), [], body, 'today')).toContain("style-src 'unsafe-inline'; img-src data:\"");
  });

  it('holds each quotation with its verdict, its place and its passage, where the marks lead', () => {
    const plain = answerHtml(treeOf(), [found, missing], '<p>body</p>', 'today');
    expect(plain).toContain('<li id="e0" class="found">');
    expect(plain).toContain('<cite title="books/moby-dick.txt">moby-dick.txt, ch. 1</cite>');
    expect(plain).toContain('CHAPTER 1. Loomings. <mark>Call me\nIshmael.</mark> Some &lt;b&gt;years');
    expect(plain).toContain('<li id="e1" class="missing">');
    expect(plain).toContain('Not found in the documents');
  });
});
