import { describe, expect, test } from 'vitest';
import { findQuote } from '../../../src/core/corpus/citations';
import { SAMPLE_QUESTIONS, generateSample } from '../../../src/core/corpus/sample';

const documents = generateSample(7);

describe('the sample corpus', () => {
  test('has about three hundred documents and one to two megabytes of text', () => {
    const bytes = documents.reduce((sum, { text }) => sum + new TextEncoder().encode(text).length, 0);
    expect(documents.length).toBeGreaterThan(280);
    expect(bytes).toBeGreaterThan(1e6);
    expect(bytes).toBeLessThan(2e6);
    expect(new Set(documents.map(({ path }) => path)).size).toBe(documents.length);
  });

  test('is the same for the same seed and another for another', () => {
    expect(generateSample(7)).toEqual(documents);
    expect(generateSample(8)).not.toEqual(documents);
  });

  test('leaves no blank unfilled', () => {
    for (const { path, text } of documents) {
      if (path.endsWith('.html') || path.endsWith('.json') || path.endsWith('.jsonl')) continue;
      expect(text, path).not.toMatch(/[{}<]|undefined|\.\./);
    }
  });

  test('is prose that does not repeat itself at every turn', () => {
    const sentences = documents
      .filter(({ path }) => path.startsWith('letters/'))
      .flatMap(({ text }) => text.replace(/\s+/g, ' ').split(/(?<=\.) /));
    expect(new Set(sentences).size / sentences.length).toBeGreaterThan(0.7);
  });

  test.each(SAMPLE_QUESTIONS)('answers: $question', ({ documentPath, quote }) => {
    const holding = documents.filter(({ text }) => findQuote(text, quote) !== null);
    expect(holding.map(({ path }) => path)).toEqual([documentPath]);
  });

  test('its tables and records parse', () => {
    for (const { path, text } of documents) {
      if (path.endsWith('.json')) expect(() => void JSON.parse(text), path).not.toThrow();
      if (path.endsWith('.jsonl'))
        for (const line of text.trim().split('\n')) expect(() => void JSON.parse(line), path).not.toThrow();
    }
  });
});
