import { describe, expect, test } from 'vitest';
import {
  checkedPage,
  checkedPath,
  checkedResult,
  checkedText,
} from '../../../src/adapters/readers/result-schema';

const read = {
  kind: 'pdf',
  chars: 100,
  marks: [{ kind: 'page', start: 0, end: 100, label: '1' }],
  metadata: { title: 'T' },
  losses: [{ what: 'images', count: 2 }],
  problem: null,
};

describe('what comes out of the sandbox is checked', () => {
  test('a sound result passes, its marks in order and within the text', () => {
    const marks = [
      { kind: 'page', start: 50, end: 900, label: '2' },
      { kind: 'section', start: 60, end: 55, label: 'upside down' },
      { kind: 'page', start: 0, end: 50, label: '1' },
    ];
    expect(checkedResult({ ...read, marks }).marks).toEqual([
      { kind: 'page', start: 0, end: 50, label: '1' },
      { kind: 'page', start: 50, end: 100, label: '2' },
    ]);
  });

  test('a blank page keeps its place before the page that begins where it would have', () => {
    const marks = [
      { kind: 'page', start: 0, end: 0, label: '1' },
      { kind: 'page', start: 0, end: 100, label: '2' },
    ];
    expect(checkedResult({ ...read, marks }).marks.map(({ label }) => label)).toEqual(['1', '2']);
  });

  test('what nobody asked for is left behind', () => {
    const marks = [{ kind: 'page', start: 0, end: 1, label: '1', onclick: 'alert(1)' }];
    expect(checkedResult({ ...read, marks, html: '<script>' })).toEqual({
      ...read,
      marks: [{ kind: 'page', start: 0, end: 1, label: '1' }],
    });
  });

  test.each([
    ['a mark of no kind', { ...read, marks: [{ kind: 'evil', start: 0, end: 1, label: '' }] }],
    ['a place before the beginning', { ...read, marks: [{ kind: 'page', start: -1, end: 1, label: '' }] }],
    ['half a place', { ...read, marks: [{ kind: 'page', start: 0.5, end: 1, label: '' }] }],
    ['a problem of no code', { ...read, problem: { code: 'x', message: 'm' } }],
    ['no marks', { ...read, marks: null }],
    ['nothing', undefined],
  ])('%s is refused', (_, value) => {
    expect(() => checkedResult(value)).toThrow();
  });

  test('text must be UTF-8, a path a name of bounded length', () => {
    expect(checkedText(new Uint8Array([0x41]))).toEqual(new Uint8Array([0x41]));
    expect(() => checkedText(new Uint8Array([0xff]))).toThrow();
    expect(() => checkedText('text')).toThrow();
    expect(checkedPath('a/b')).toBe('a/b');
    expect(checkedPath('/a/../../b')).toBe('a/b');
    expect(() => checkedPath('')).toThrow();
    expect(() => checkedPath('x'.repeat(5000))).toThrow();
  });

  test('a page is a picture of a size that a browser shows', () => {
    const page = { image: new Blob([], { type: 'image/png' }), widthPx: 10, heightPx: 10, rects: [] };
    expect(checkedPage(page)).toEqual(page);
    expect(() => checkedPage({ ...page, image: new Blob([], { type: 'image/svg+xml' }) })).toThrow();
    expect(() => checkedPage({ ...page, widthPx: 1e9 })).toThrow();
    expect(() => checkedPage({ ...page, rects: [{ x: NaN, y: 0, width: 1, height: 1 }] })).toThrow();
  });
});
