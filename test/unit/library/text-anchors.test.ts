import { describe, expect, it } from 'vitest';
import { positionAt, topOf } from '../../../src/ui/library/text-anchors';

const anchors = [
  { at: 100, top: 0 },
  { at: 100, top: 0 },
  { at: 200, top: 400 },
  { at: 220, top: 1400 },
];

describe('positions and heights', () => {
  it('are exact where something begins, and in proportion in between', () => {
    expect(topOf(anchors, 100)).toBe(0);
    expect(topOf(anchors, 150)).toBe(200);
    expect(topOf(anchors, 200)).toBe(400);
    expect(topOf(anchors, 210)).toBe(900);
    expect(positionAt(anchors, 200)).toBe(150);
    expect(positionAt(anchors, 400)).toBe(200);
  });

  it('outside of the text on the page are its ends, or nowhere', () => {
    expect(topOf(anchors, 99)).toBeNull();
    expect(topOf(anchors, 220)).toBeNull();
    expect(positionAt(anchors, -50)).toBe(100);
    expect(positionAt(anchors, 9000)).toBe(220);
    expect(positionAt([], 10)).toBeNull();
  });
});
