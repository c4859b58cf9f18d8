import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { delimitedRows, tableOfDelimited } from '../../../../src/adapters/ingest/formats/delimited';
import { dataJson, dataPath } from '../../../fixtures/shared-data';

describe('what is between the cells, and whether there is a header', () => {
  test.each([
    ['commas', 'name,age\nAda,36\nAlan,41\n', ',', true],
    ['tabs', 'name\tage\nAda\t36\n', '\t', true],
    ['semicolons beside decimal commas', 'Ort;Wert\nKiel;1,5\nUlm;2,25\n', ';', true],
    ['pipes', 'a|b|c\nd|e|f\ng|h|i', '|', true],
    ['a first line that says so', 'sep=;\r\na;b,c\r\n1;2,3\r\n', ';', true],
    ['a byte order mark', '\ufeffname,age\nAda,36\n', ',', true],
    ['quotes around commas and line breaks', 'id,text\n1,"one, two\nthree"\n2,"a ""b"""\n', ',', true],
    ['a space behind each comma', 'x, y, z\n1, 2, 3\n4, 5, 6\n', ',', true],
    ['columns named after years', 'country,2019,2020\nChad,1.5,2.5\nPeru,3,4.25\n', ',', true],
    ['numbers from the first row', '1,2.5,x\n2,3.5,y\n3,4.5,z\n', ',', false],
    [
      'addresses and dates from the first row',
      'Ann,a@b.example,2020-01-02\nBob,c@d.example,2021-03-04\n',
      ',',
      false,
    ],
    ['a title above and a total below', `Sales of the year\n${'Kiel,5,x\n'.repeat(9)}end`, ',', false],
    ['carriage returns alone', 'a,b\r1,2\r3,4\r', ',', true],
  ])('%s', (_, sample, delimiter, header) => {
    expect(tableOfDelimited(sample)).toEqual({ delimiter, header });
  });

  test.each([
    ['nothing', ''],
    ['a word', 'hello'],
    ['one column', 'name\nAda\nAlan\n'],
    ['one row', 'a,b,c'],
    [
      'prose',
      'It was late, and the rain had not stopped.\nShe waited, as she always did, for him.\nNo one came.\n',
    ],
    [
      'prose with a comma in every line',
      'When it rains, the river rises.\nWhen it snows, the road is closed.\n',
    ],
    [
      'a poem',
      'Tyger Tyger, burning bright,\nIn the forests of the night;\nWhat immortal hand or eye,\nCould frame?',
    ],
    ['code', 'const a = [1, 2, 3];\nfunction add(a, b) {\n  return a + b;\n}\n'],
  ])('%s is no table', (_, sample) => {
    expect(tableOfDelimited(sample)).toBeNull();
  });

  test('a sample that ends within a quoted cell', () => {
    const sample = 'id,text\n1,"one"\n2,"two, three"\n3,"four, and then\nfive, six, sev';
    expect(tableOfDelimited(sample)).toEqual({ delimiter: ',', header: true });
  });

  test('rows as they are, without empty lines and the line that says what is between them', () => {
    expect(delimitedRows('sep=;\na;"b\n;c"\n\n1;\n;\n', { delimiter: ';' })).toEqual([
      ['a', 'b\n;c'],
      ['1', ''],
      ['', ''],
    ]);
  });

  test('a hostile sample is judged at once', () => {
    const began = performance.now();
    for (const sample of [
      '"'.repeat(200_000),
      ','.repeat(200_000),
      'a"b,'.repeat(50_000),
      '\n'.repeat(200_000),
    ])
      tableOfDelimited(sample);
    expect(performance.now() - began).toBeLessThan(3000);
  });
});

describe.skipIf(dataPath('documents/csv') === null)('real files (need the shared data)', () => {
  const text = (name: string) => readFileSync(dataPath(`documents/csv/${name}`) ?? '', 'utf8');

  test.each(['empty.csv', 'empty_crlf.csv'])('every cell of %s', (name) => {
    const shape = tableOfDelimited(text(name));
    expect(shape).toEqual({ delimiter: ',', header: true });
    const [names = [], ...rows] = delimitedRows(text(name), shape ?? { delimiter: '' });
    expect(rows.map((row) => Object.fromEntries(row.map((cell, at) => [names[at], cell])))).toEqual(
      dataJson(`documents/csv/${name}.expected.json`),
    );
  });

  test.each([
    ['csv-with-escaped-commas.csv', ',', true, 3],
    ['csv-with-line-delimiter.csv', '|', true, 4],
    ['long-sample.csv', ',', false, 8],
  ])('%s', (name, delimiter, header, rows) => {
    const shape = tableOfDelimited(text(name));
    expect(shape).toEqual({ delimiter, header });
    expect(delimitedRows(text(name), { delimiter })).toHaveLength(rows);
  });
});
