/** The text of a piece of HTML on its own, as the document would have it. */

import { DocumentBuilder } from '../document-builder';
import { HtmlDocument } from './html-document';

export async function plainTextOf(markup: string): Promise<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let text = '';
  const out = new DocumentBuilder({
    text: (utf8) => {
      text += decoder.decode(utf8, { stream: true });
    },
    child: () => undefined,
    lostChild: () => undefined,
  });
  const page = new HtmlDocument(out);
  page.write(markup);
  page.end();
  await out.finish();
  return text;
}
