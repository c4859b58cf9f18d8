/** One small file of every format that is markup, or markup in a zip. */

import { rawZip } from '../fixtures/raw-archives';
import type { Bytes } from './mutate-bytes';
import type { FuzzFormat } from './seeds';

interface SmallFile {
  readonly name: string;
  readonly format: FuzzFormat;
  readonly text: string | Bytes;
}

const XML = '<?xml version="1.0" encoding="UTF-8"?>';
const OOXML = 'http://schemas.openxmlformats.org';
const REL = `${OOXML}/officeDocument/2006/relationships`;

function packed(parts: Readonly<Record<string, string>>): Bytes {
  return rawZip(Object.entries(parts).map(([name, data]) => ({ name, data, method: 8 })));
}

function types(main: string, part: string): string {
  const type = `application/vnd.openxmlformats-officedocument.${main}.main+xml`;
  return `${XML}<Types xmlns="${OOXML}/package/2006/content-types"><Override PartName="/${part}" ContentType="${type}"/></Types>`;
}

function relationships(...targets: readonly (readonly [id: string, type: string, target: string])[]): string {
  const all = targets.map(
    ([id, type, target]) => `<Relationship Id="${id}" Type="${REL}/${type}" Target="${target}"/>`,
  );
  return `${XML}<Relationships xmlns="${OOXML}/package/2006/relationships">${all.join('')}</Relationships>`;
}

const docx = packed({
  '[Content_Types].xml': types('wordprocessingml.document', 'word/document.xml'),
  '_rels/.rels': relationships(['r1', 'officeDocument', 'word/document.xml']),
  'word/_rels/document.xml.rels': relationships(
    ['r1', 'styles', 'styles.xml'],
    ['r2', 'footnotes', 'footnotes.xml'],
    ['r3', 'numbering', 'numbering.xml'],
  ),
  'word/document.xml': `${XML}<w:document xmlns:w="w" xmlns:m="m"><w:body><w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Title</w:t></w:r></w:p><w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>Item</w:t><w:footnoteReference w:id="2"/></w:r><w:ins w:id="1"><w:r><w:t>new</w:t></w:r></w:ins></w:p><w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p><w:r><w:t>cell</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p><m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath></w:p></w:body></w:document>`,
  'word/styles.xml': `${XML}<w:styles xmlns:w="w"><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style></w:styles>`,
  'word/numbering.xml': `${XML}<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`,
  'word/footnotes.xml': `${XML}<w:footnotes xmlns:w="w"><w:footnote w:id="2"><w:p><w:r><w:t>Note</w:t></w:r></w:p></w:footnote></w:footnotes>`,
});

const xlsx = packed({
  '[Content_Types].xml': types('spreadsheetml.sheet', 'xl/workbook.xml'),
  '_rels/.rels': relationships(['r1', 'officeDocument', 'xl/workbook.xml']),
  'xl/_rels/workbook.xml.rels': relationships(
    ['r1', 'worksheet', 'worksheets/sheet1.xml'],
    ['r2', 'sharedStrings', 'sharedStrings.xml'],
    ['r3', 'styles', 'styles.xml'],
  ),
  'xl/workbook.xml': `${XML}<workbook xmlns:r="${REL}"><sheets><sheet name="One" sheetId="1" r:id="r1"/></sheets></workbook>`,
  'xl/sharedStrings.xml': `${XML}<sst><si><t>Name</t></si><si><r><t>rich</t></r></si></sst>`,
  'xl/styles.xml': `${XML}<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>`,
  'xl/worksheets/sheet1.xml': `${XML}<worksheet><dimension ref="A1:C3"/><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>in</t></is></c></row><row r="3"><c r="A3" s="1"><v>45000.5</v></c><c r="C3" t="b"><v>1</v></c><c r="D3" t="e"><v>#N/A</v></c><c r="E3"><f>1+1</f><v>2</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>`,
});

const pptx = packed({
  '[Content_Types].xml': types('presentationml.presentation', 'ppt/presentation.xml'),
  '_rels/.rels': relationships(['r1', 'officeDocument', 'ppt/presentation.xml']),
  'ppt/_rels/presentation.xml.rels': relationships(['r1', 'slide', 'slides/slide1.xml']),
  'ppt/presentation.xml': `${XML}<p:presentation xmlns:p="p" xmlns:r="${REL}"><p:sldIdLst><p:sldId id="256" r:id="r1"/></p:sldIdLst></p:presentation>`,
  'ppt/slides/_rels/slide1.xml.rels': relationships(['r1', 'notesSlide', '../notesSlides/notesSlide1.xml']),
  'ppt/slides/slide1.xml': `${XML}<p:sld xmlns:p="p" xmlns:a="a"><p:cSld><p:spTree><p:sp><p:nvSpPr><p:nvPr><p:ph type="title"/></p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>Title</a:t></a:r></a:p></p:txBody></p:sp><p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>cell</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame></p:spTree></p:cSld></p:sld>`,
  'ppt/notesSlides/notesSlide1.xml': `${XML}<p:notes xmlns:p="p" xmlns:a="a"><p:cSld><p:spTree><p:sp><p:nvSpPr><p:nvPr><p:ph type="body"/></p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>Said</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:notes>`,
});

const ODF_NAMES =
  'xmlns:office="o" xmlns:text="t" xmlns:table="b" xmlns:draw="d" xmlns:xlink="x" xmlns:presentation="p"';

function odf(kind: string, body: string): Bytes {
  return packed({
    mimetype: `application/vnd.oasis.opendocument.${kind}`,
    'content.xml': `${XML}<office:document-content ${ODF_NAMES}><office:body>${body}</office:body></office:document-content>`,
    'meta.xml': `${XML}<office:document-meta><office:meta><dc:title>Title</dc:title></office:meta></office:document-meta>`,
    'META-INF/manifest.xml': `${XML}<manifest:manifest/>`,
  });
}

const odtBody =
  '<office:text><text:h text:outline-level="1">Title</text:h><text:list><text:list-item><text:p>Item<text:s text:c="3"/><text:note text:note-class="footnote"><text:note-body><text:p>Note</text:p></text:note-body></text:note></text:p></text:list-item></text:list><table:table table:name="T"><table:table-row><table:table-cell table:number-columns-repeated="2"><text:p>cell</text:p></table:table-cell></table:table-row></table:table></office:text>';

const epub = packed({
  mimetype: 'application/epub+zip',
  'META-INF/container.xml': `${XML}<container><rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>`,
  'OEBPS/book.opf': `${XML}<package><metadata><dc:title>Book</dc:title></metadata><manifest><item id="c1" href="c1.xhtml" media-type="application/xhtml+xml"/><item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/></manifest><spine toc="ncx"><itemref idref="c1"/></spine></package>`,
  'OEBPS/c1.xhtml': `${XML}<html><head><title>One</title></head><body><h1>One</h1><p>Text.</p></body></html>`,
  'OEBPS/toc.ncx': `${XML}<ncx><navMap><navPoint><navLabel><text>One</text></navLabel><content src="c1.xhtml"/></navPoint></navMap></ncx>`,
});

const eml = [
  'From: =?utf-8?B?w4Q=?= <a@example.org>',
  'To: b@example.org',
  'Subject: =?iso-8859-1?Q?Gr=FC=DFe?=',
  'Date: Tue, 1 Jul 2025 10:00:00 +0200',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary="b"',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'Hello =C3=A4',
  '--b',
  'Content-Type: text/plain; name="a.txt"',
  'Content-Disposition: attachment; filename="a.txt"',
  'Content-Transfer-Encoding: base64',
  '',
  'YXR0YWNoZWQ=',
  '--b--',
  '',
].join('\r\n');

const html = `<!doctype html><html lang="en"><head><title>Page</title><meta charset="utf-8"><script>x()</script></head><body><h1>Page</h1><p>Some <b>bold</b> text &amp; <a href="x">links</a>.</p><ul><li>One<ol><li>Two</li></ol></li></ul><table><tr><th>A<th>B</tr><tr><td rowspan="2" colspan="2">1</td></tr></table><pre>a\n  b</pre><img alt="A picture"></body></html>`;
const rtf = `{\\rtf1\\ansi\\ansicpg1250\\deff0{\\fonttbl{\\f0\\fcharset238 Arial;}}{\\info{\\title Title}}{\\*\\generator X;}\\pard\\outlinelevel0 Title\\par Text \\'e9\\u8364?\\tab x\\par\\trowd\\cellx100\\cellx200\\intbl a\\cell b\\cell\\row{\\footnote Note}{\\pict\\pngblip 89504e47}}`;
const notebook = JSON.stringify({
  nbformat: 4,
  metadata: { language_info: { name: 'python' } },
  cells: [
    { cell_type: 'markdown', source: ['# Title\n', 'Text'] },
    {
      cell_type: 'code',
      source: 'print(1)',
      execution_count: 1,
      outputs: [
        { output_type: 'stream', text: ['1\n'] },
        { output_type: 'execute_result', data: { 'text/plain': '2', 'text/html': '<b>2</b>' } },
      ],
    },
  ],
});
const flatOdf = `${XML}<office:document ${ODF_NAMES} office:mimetype="application/vnd.oasis.opendocument.text"><office:body>${odtBody}</office:body></office:document>`;

export const smallFiles: readonly SmallFile[] = [
  { name: 'small.docx', format: 'zip', text: docx },
  { name: 'small.xlsx', format: 'zip', text: xlsx },
  { name: 'small.pptx', format: 'zip', text: pptx },
  { name: 'small.odt', format: 'zip', text: odf('text', odtBody) },
  {
    name: 'small.ods',
    format: 'zip',
    text: odf(
      'spreadsheet',
      '<office:spreadsheet><table:table table:name="S"><table:table-row table:number-rows-repeated="3"><table:table-cell office:value-type="float" office:value="1.5"><text:p>1.5</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="2025-01-02"/></table:table-row></table:table></office:spreadsheet>',
    ),
  },
  {
    name: 'small.odp',
    format: 'zip',
    text: odf(
      'presentation',
      '<office:presentation><draw:page draw:name="One"><draw:frame><draw:text-box><text:p>Title</text:p></draw:text-box></draw:frame><presentation:notes><draw:frame><draw:text-box><text:p>Said</text:p></draw:text-box></draw:frame></presentation:notes></draw:page></office:presentation>',
    ),
  },
  { name: 'small.epub', format: 'zip', text: epub },
  { name: 'small.html', format: 'html', text: html },
  { name: 'small.rtf', format: 'rtf', text: rtf },
  { name: 'small.fodt', format: 'flat-odf', text: flatOdf },
  { name: 'small.ipynb', format: 'notebook', text: notebook },
  { name: 'small.eml', format: 'email', text: eml },
  {
    name: 'small.mbox',
    format: 'mbox',
    text: `From a@example.org Tue Jul  1 10:00:00 2025\n${eml.replaceAll('\r', '')}\n\nFrom b\n${eml}`,
  },
  {
    name: 'small.srt',
    format: 'subtitles',
    text: '1\n00:00:01,000 --> 00:00:02,500\n<i>Hello</i>\n\n2\n00:00:03,000 --> 00:00:04,000\nthere\n',
  },
  {
    name: 'small.vtt',
    format: 'subtitles',
    text: 'WEBVTT\n\nNOTE x\n\n1\n00:01.000 --> 00:02.000 align:start\n<v Ann>Hello</v>\n',
  },
  { name: 'small.csv', format: 'text', text: 'a;b;c\n1;"two\n;""lines""";3\n' },
];
