import { describe, expect, test } from 'vitest';
import { cellPlace } from '../../../../src/adapters/ingest/formats/xlsx/cell-reference';
import { builtInFormat, formatOf } from '../../../../src/adapters/ingest/formats/xlsx/number-format';
import { dateValue } from '../../../../src/adapters/ingest/formats/xlsx/serial-date';

test.each([
  'General', 'general', 'Standard', '@', '0', '0.00', '#,##0.00', '0.00E+00', '##0.0E+0', '0%', '# ?/?', '', '0.00_);[Red](0.00)',
  '"Day "0', '0 "days"', '0\\d', '[Red]0', '[$€-407]#,##0.00', '#,##0.00\\ "h"', '_-* #,##0.00\\ _€_-', '[Magenta]0', '[>=100]0;0.0', '"m"0"s"',
])('%s shows plain numbers', (code) => {
  expect(formatOf(code)).toEqual({ date: false, time: false, duration: false });
}); // prettier-ignore

test.each([
  ['yyyy-mm-dd', true, false], ['dd.mm.yyyy', true, false], ['m/d/yy', true, false], ['mmm-yy', true, false], ['mmmm', true, false],
  ['[$-409]d-mmm-yy;@', true, false], ['[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy', true, false], ['yyyy"年"m"月"d"日"', true, false],
  ['[$-411]ggge"年"m"月"d"日"', true, false], ['DD/MM/YYYY', true, false], ['m', true, false], ['"on "d', true, false],
  ['h:mm', false, true], ['h:mm AM/PM', false, true], ['mm:ss.0', false, true], ['hh"時"mm"分"', false, true], ['ss', false, true], ['[Blue]hh:mm:ss', false, true],
  ['yyyy-mm-dd hh:mm', true, true], ['m/d/yy h:mm', true, true], ['yyyy\\-mm\\-dd\\Thh:mm:ss.000', true, true], ['mmm d h:mm', true, true],
] as const)('%s shows dates (%s) and times (%s)', (code, date, time) => {
  expect(formatOf(code)).toEqual({ date, time, duration: false });
}); // prettier-ignore

test.each(['[h]:mm', '[hh]:mm:ss', '[mm]:ss', '[s]', '[h]"h"', '[Red][H]:mm'])(
  '%s shows lengths of time',
  (code) => {
    expect(formatOf(code)).toMatchObject({ duration: true });
  },
);

test('formats that files name by number alone', () => {
  const kinds = [0, 1, 9, 11, 14, 17, 18, 21, 22, 37, 45, 46, 49, 57, 163].map((id) => {
    const { date, time, duration } = builtInFormat(id);
    return (duration ? 'd' : '') + (date ? 'D' : '') + (time ? 'T' : '') || '-';
  });
  expect(kinds.join(' ')).toBe('- - - - D D T T DT - T dT - D -');
});

describe('moments as spreadsheets store them', () => {
  const date = formatOf('yyyy-mm-dd');
  const both = formatOf('yyyy-mm-dd hh:mm');
  const time = formatOf('h:mm');
  const length = formatOf('[h]:mm');

  test.each([
    [45107, date, '2023-06-30'],
    [45107, both, '2023-06-30T00:00:00'],
    [45107.520833333336, both, '2023-06-30T12:30:00'],
    [45107.520833333336, date, '2023-06-30T12:30:00'],
    [45107.99999999999, date, '2023-07-01'],
    [0.5208333333333334, time, '12:30:00'],
    [0, time, '00:00:00'],
    [1 / 86400 / 8, time, '00:00:00.125'],
    [1, date, '1900-01-01'],
    [59, date, '1900-02-28'],
    [61, date, '1900-03-01'],
    [2958465, date, '9999-12-31'],
    [2958466, date, 2958466],
    [-1, date, -1],
    [1e300, date, 1e300],
    [1.5208333333333333, length, '36:30:00'],
    [-0.5, length, '-12:00:00'],
    [1e300, length, 1e300],
  ])('%s', (serial, format, value) => {
    expect(dateValue(serial, format, false)).toBe(value);
  });

  test('counted from 1904', () => {
    expect(dateValue(43645, date, true)).toBe('2023-06-30');
    expect(dateValue(0, date, true)).toBe('1904-01-01');
    expect(dateValue(0.5, time, true)).toBe('12:00:00');
  });
});

test('places of cells; what names none is none', () => {
  expect(cellPlace('A1')).toEqual({ row: 0, column: 0 });
  expect(cellPlace('$AB$12')).toEqual({ row: 11, column: 27 });
  expect(cellPlace('XFD1048576')).toEqual({ row: 1_048_575, column: 16_383 });
  const none = [
    '',
    'A',
    '1',
    'A0',
    'XFE1',
    'A1048577',
    'ZZZZ99999999',
    'A1:B2',
    'A-1',
    `A${'9'.repeat(500)}`,
  ];
  expect(none.map(cellPlace)).toEqual(none.map(() => null));
});
