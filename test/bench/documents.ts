/** Large documents made for measuring: ordinary prose in every wrapping, the same on every machine. */

import { strToU8, zipSync } from 'fflate';

const WORDS =
  'the contract between both parties ends when notice of three months has been given in writing and the goods were ' +
  'returned to the harbour where a lighthouse keeper counts ships that pass at night under a clear and moonless sky';
const words = WORDS.split(' ');

/** A paragraph of some sixty words, none like the last. */
export function paragraph(n: number): string {
  return Array.from({ length: 60 }, (_, i) => words[(n * 7 + i * (1 + (n % 5))) % words.length] ?? '').join(
    ' ',
  );
}

const many = (count: number, make: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => make(n)).join('');

function pack(files: Readonly<Record<string, string>>): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])), {
    level: 6,
  });
}

export function makeText(sizeBytes: number): string {
  const block = many(2000, (n) => `${String(n)}. ${paragraph(n)}\n\n`);
  return block.repeat(Math.ceil(sizeBytes / block.length)).slice(0, sizeBytes);
}

export function makeHtml(paragraphs: number): string {
  return `<!doctype html><html lang="en"><head><title>Made</title></head><body>${body(paragraphs)}</body></html>`;
}

function body(paragraphs: number): string {
  return many(
    paragraphs,
    (n) => (n % 20 === 0 ? `<h2>Part ${String(n)}</h2>` : '') + `<p>${paragraph(n)}</p>\n`,
  );
}

export function makeCsv(rows: number): string {
  return `id,name,amount,remark\n${many(rows, (n) => `${String(n)},"Name, ${String(n % 977)}",${String(n * 1.5)},${words.slice(n % 20, (n % 20) + 6).join(' ')}\n`)}`;
}

export function makeZip(files: number): Uint8Array {
  return pack(
    Object.fromEntries(
      Array.from({ length: files }, (_, n) => [
        `folder-${String(n % 10)}/text-${String(n)}.txt`,
        makeText(20_000 + n),
      ]),
    ),
  );
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const OFFICE = 'http://schemas.openxmlformats.org';

function relationships(entries: readonly (readonly [id: string, type: string, target: string])[]): string {
  const items = entries.map(
    ([id, type, target]) =>
      `<Relationship Id="${id}" Type="${OFFICE}/officeDocument/2006/relationships/${type}" Target="${target}"/>`,
  );
  return `${XML}<Relationships xmlns="${OFFICE}/package/2006/relationships">${items.join('')}</Relationships>`;
}

function contentTypes(parts: Readonly<Record<string, string>>): string {
  const overrides = Object.entries(parts).map(
    ([part, type]) =>
      `<Override PartName="${part}" ContentType="application/vnd.openxmlformats-officedocument.${type}+xml"/>`,
  );
  return `${XML}<Types xmlns="${OFFICE}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${overrides.join('')}</Types>`;
}

export function makeDocx(paragraphs: number): Uint8Array {
  const text = (n: number): string => `<w:p><w:r><w:t xml:space="preserve">${paragraph(n)}</w:t></w:r></w:p>`;
  return pack({
    '[Content_Types].xml': contentTypes({ '/word/document.xml': 'wordprocessingml.document.main' }),
    '_rels/.rels': relationships([['rId1', 'officeDocument', 'word/document.xml']]),
    'word/document.xml': `${XML}<w:document xmlns:w="${OFFICE}/wordprocessingml/2006/main"><w:body>${many(paragraphs, text)}</w:body></w:document>`,
  });
}

export function makeXlsx(rows: number): Uint8Array {
  const row = (n: number): string => {
    const at = String(n + 1);
    return `<row r="${at}"><c r="A${at}"><v>${String(n)}</v></c><c r="B${at}" t="inlineStr"><is><t>${words.slice(n % 20, (n % 20) + 6).join(' ')}</t></is></c><c r="C${at}"><v>${String(n * 1.25)}</v></c><c r="D${at}" t="b"><v>${String(n % 2)}</v></c></row>`;
  };
  return pack({
    '[Content_Types].xml': contentTypes({
      '/xl/workbook.xml': 'spreadsheetml.sheet.main',
      '/xl/worksheets/sheet1.xml': 'spreadsheetml.worksheet',
    }),
    '_rels/.rels': relationships([['rId1', 'officeDocument', 'xl/workbook.xml']]),
    'xl/_rels/workbook.xml.rels': relationships([['rId1', 'worksheet', 'worksheets/sheet1.xml']]),
    'xl/workbook.xml': `${XML}<workbook xmlns="${OFFICE}/spreadsheetml/2006/main" xmlns:r="${OFFICE}/officeDocument/2006/relationships"><sheets><sheet name="Made" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/worksheets/sheet1.xml': `${XML}<worksheet xmlns="${OFFICE}/spreadsheetml/2006/main"><sheetData>${many(rows, row)}</sheetData></worksheet>`,
  });
}

export function makeEpub(chapters: number): Uint8Array {
  const numbers = Array.from({ length: chapters }, (_, n) => String(n));
  const chapter = (n: string): string =>
    `${XML}<html xmlns="http://www.w3.org/1999/xhtml"><head><title>${n}</title></head><body><h1>Chapter ${n}</h1>${body(120)}</body></html>`;
  return pack({
    mimetype: 'application/epub+zip',
    'META-INF/container.xml': `${XML}<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>`,
    'book.opf': `${XML}<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">made</dc:identifier><dc:title>Made</dc:title><dc:language>en</dc:language></metadata><manifest>${numbers.map((n) => `<item id="c${n}" href="c${n}.xhtml" media-type="application/xhtml+xml"/>`).join('')}</manifest><spine>${numbers.map((n) => `<itemref idref="c${n}"/>`).join('')}</spine></package>`,
    ...Object.fromEntries(numbers.map((n) => [`c${n}.xhtml`, chapter(n)])),
  });
}
