/** A PDF of many pages, written by hand: one font, forty lines a page. */

import { paragraph } from './documents';

export function makePdf(pages: number): string {
  const objects: string[] = ['', ''];
  const kids: string[] = [];
  objects.push('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>');
  for (let page = 0; page < pages; page++) {
    const content = contentOf(page);
    objects.push(`<< /Length ${String(content.length)} >>\nstream\n${content}\nendstream`);
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${String(objects.length)} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
    );
    kids.push(`${String(objects.length)} 0 R`);
  }
  objects[0] = '<< /Type /Catalog /Pages 2 0 R >>';
  objects[1] = `<< /Type /Pages /Count ${String(pages)} /Kids [${kids.join(' ')}] >>`;
  return assembled(objects);
}

function contentOf(page: number): string {
  const lines = Array.from({ length: 40 }, (_, n) => `(${paragraph(page * 40 + n).slice(0, 90)}) Tj T*`);
  return `BT /F1 11 Tf 14 TL 50 790 Td\n${lines.join('\n')}\nET`;
}

/** Numbered from 1, with the table of where each begins. */
function assembled(objects: readonly string[]): string {
  const parts = ['%PDF-1.4\n'];
  let at = 9;
  const offsets = objects.map((object, index) => {
    const start = at;
    const text = `${String(index + 1)} 0 obj\n${object}\nendobj\n`;
    parts.push(text);
    at += text.length;
    return start;
  });
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
  const size = String(objects.length + 1);
  parts.push(
    `xref\n0 ${size}\n0000000000 65535 f \n${entries.join('')}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${String(at)}\n%%EOF\n`,
  );
  return parts.join('');
}
