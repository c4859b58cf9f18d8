/** Numbers are worded with units and honest rounding. */

import { describe, expect, it } from 'vitest';
import * as format from '../../../src/ui/kit/format';

const plain = (text: string) => text.replaceAll('\u202f', ' ');

describe('counts and sizes', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1k'],
    [1250, '1.3k'],
    [9960, '10k'],
    [41_200, '41k'],
    [999_499, '999k'],
    [999_500, '1M'],
    [1_234_567, '1.2M'],
    [10_000_000, '10M'],
  ])('shortens %d to %s', (count, text) => {
    expect(format.formatShort(count)).toBe(text);
  });

  it('marks estimated tokens and leaves reported ones bare', () => {
    expect(format.formatTokens(41_000)).toBe('≈ 41k tokens');
    expect(format.formatTokens(1, 'exact')).toBe('1 token');
  });

  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1500, '1.5 KB'],
    [12_345, '12 KB'],
    [999_600, '1 MB'],
    [2_500_000_000, '2.5 GB'],
  ])('writes %d bytes as %s', (bytes, text) => {
    expect(format.formatBytes(bytes)).toBe(text);
  });

  it('agrees in number', () => {
    expect(format.formatPlural(1, 'document')).toBe('1 document');
    expect(format.formatPlural(1200, 'document')).toBe('1,200 documents');
    expect(format.formatPlural(2, 'corpus', 'corpora')).toBe('2 corpora');
  });
});

describe('times', () => {
  it.each([
    [8, '8 ms'],
    [420, '0.42 s'],
    [996, '1.0 s'],
    [9940, '9.9 s'],
    [12_340, '12.3 s'],
    [59_960, '1 min 00 s'],
    [185_000, '3 min 05 s'],
    [7_800_000, '2 h 10 min'],
  ])('%d ms took %s', (ms, text) => {
    expect(plain(format.formatDuration(ms))).toBe(text);
  });

  it.each([
    [900, 'a moment'],
    [4200, 'about 4 s'],
    [18_000, 'about 20 s'],
    [58_000, 'about 1 min'],
    [180_000, 'about 3 min'],
    [23 * 60_000, 'about 25 min'],
    [90 * 60_000, 'about 1.5 h'],
    [120 * 60_000, 'about 2 h'],
  ])('%d ms will take %s', (ms, text) => {
    expect(format.formatAbout(ms)).toBe(text);
  });

  it('tells when something was', () => {
    const now = new Date(2026, 10, 20, 12, 0).getTime();
    const when = (...parts: [number, number, number, number]) =>
      format.formatWhen(new Date(2026, ...parts).getTime(), now);
    expect(format.formatWhen(now - 20_000, now)).toBe('just now');
    expect(when(10, 20, 11, 48)).toBe('12 min ago');
    expect(when(10, 20, 8, 30)).toBe('3 h ago');
    expect(when(10, 19, 23, 50)).toBe('yesterday');
    expect(when(2, 3, 10, 0)).toBe('3 Mar');
    expect(format.formatWhen(new Date(2025, 2, 3).getTime(), now)).toBe('3 Mar 2025');
  });
});

describe('money and shares', () => {
  it.each([
    [0, '$0.00', '$0.00'],
    [0.004, '< $0.01', '$0.0040'],
    [0.00012, '< $0.01', '$0.00012'],
    [0.02, '$0.02', '$0.02'],
    [1234.5, '$1,234.50', '$1,234.50'],
  ])('%d dollars', (usd, cents, precise) => {
    expect(format.formatMoney(usd)).toBe(cents);
    expect(format.formatMoney(usd, 'precise')).toBe(precise);
  });

  it('says what is used of a limit', () => {
    expect(format.formatOf(0.02, 1, format.formatMoney)).toBe('$0.02 of $1.00');
    expect(format.formatOf(18, 50, format.formatCount)).toBe('18 of 50');
  });

  it('rounds neither to nothing nor to all', () => {
    expect([0, 0.001, 0.41, 0.998, 1].map((share) => plain(format.formatPercent(share)))).toEqual([
      '0 %',
      '< 1 %',
      '41 %',
      '> 99 %',
      '100 %',
    ]);
  });
});
