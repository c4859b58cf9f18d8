import { expect, test } from 'vitest';
import { isoOfWritten } from '../../../src/adapters/ingest/formats/written-date';

test.each([
  ['2021-03-04', '2021-03-04'],
  ['1897-05', '1897-05'],
  ['1897', '1897'],
  ['20230405', '2023-04-05'],
  ['2021-03-04T05:06:07.123+0100', '2021-03-04T05:06:07+01:00'],
  ['2021-03-04 05:06', '2021-03-04T05:06'],
  ['Fri, 16 Dec 2022 17:04:16 -0500 (EST)', '2022-12-16T17:04:16-05:00'],
  ['3 Oct 99 06:59 GMT', '1999-10-03T06:59Z'],
  ['Mon Jun  1 10:00:00 2009', '2009-06-01T10:00:00'],
  ['Monday, June 1st, 2009', '2009-06-01'],
])('%s is %s', (written, iso) => {
  expect(isoOfWritten(written)).toBe(iso);
});

test.each(['', 'yesterday', '01/02/2003', '45 Jan 2009', '2021-13-01', '10 Foo 2009'])(
  '"%s" is no date that can be told',
  (written) => {
    expect(isoOfWritten(written)).toBeUndefined();
  },
);
