import { expect, test } from 'vitest';
import { linesOf } from '../../../../src/adapters/ingest/formats/ocr/lines';

const row = (level: number, place: string, box: string, confidence: number, text = '') =>
  [level, ...place.split(' '), ...box.split(' '), confidence, text].join('\t');

test('words of one line are joined, lines of one paragraph kept together, specks left out', () => {
  const table = [
    row(4, '1 1 1 1 0', '10 10 200 20', -1),
    row(5, '1 1 1 1 1', '10 12 50 18', 90, 'Hello'),
    row(5, '1 1 1 1 2', '70 10 40 20', 70, 'world'),
    row(5, '1 1 1 2 1', '10 40 50 20', 80, 'again'),
    row(5, '1 2 1 1 1', '10 80 50 20', 5, '|'),
    row(5, '1 3 1 1 1', '10 99 50 20', 60, 'End'),
    '',
  ].join('\n');
  expect(linesOf(table)).toEqual([
    { text: 'Hello world', box: { x: 10, y: 10, width: 100, height: 20 }, confidence: 0.8, begins: true },
    { text: 'again', box: { x: 10, y: 40, width: 50, height: 20 }, confidence: 0.8, begins: false },
    { text: 'End', box: { x: 10, y: 99, width: 50, height: 20 }, confidence: 0.6, begins: true },
  ]);
});
