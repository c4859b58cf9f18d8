/**
 * Finds the end of the first whole block of code in a streamed reply, for models that are not held to a grammar: what
 * they write after it is output they made up. The engine's own `stop` strings will not do. They cut the reply before the
 * fence that closes the block, they match the opening of a fence without a tag too, and pieces of them that were streamed
 * before the match are missing from the engine's history, so that the next turn would be read from the start again.
 */

import { linesInsideStrings } from '../../../core/turn/python-strings';

export class FenceWatch {
  #text = '';
  #lineStart = 0;
  /** Lines of the block so far; null outside of one. */
  #body: string[] | null = null;

  /** @returns how many characters of the whole reply to keep once something follows a closed block; null until then */
  push(piece: string): number | null {
    this.#text += piece;
    for (;;) {
      const lineEnd = this.#text.indexOf('\n', this.#lineStart);
      if (lineEnd < 0) return null;
      const line = this.#text.slice(this.#lineStart, lineEnd);
      this.#lineStart = lineEnd + 1;
      if (this.#body === null) {
        if (/^\s*```(repl|python|py)\s*$/i.test(line)) this.#body = [];
        continue;
      }
      this.#body.push(line);
      // A fence inside a string of the code closes nothing.
      if (line.trim() === '```' && !linesInsideStrings(this.#body)[this.#body.length - 1]) return lineEnd;
    }
  }
}
