/** Takes `<think>…</think>` at the start of a streamed reply apart from the reply itself. */

const OPEN = '<think>';
const CLOSE = '</think>';

export interface ReplyPart {
  readonly type: 'text' | 'reasoning';
  readonly text: string;
}

/** Feed it pieces; it holds back only what may still be part of a tag. */
export class ThinkSplit {
  #state: 'start' | 'thinking' | 'gap' | 'text' = 'start';
  #held = '';

  push(piece: string): ReplyPart[] {
    this.#held += piece;
    const parts: ReplyPart[] = [];
    let part: ReplyPart | null;
    while ((part = this.#take()) !== null) if (part.text !== '') parts.push(part);
    return parts;
  }

  /** What was held back when the reply ended. */
  end(): ReplyPart[] {
    const text = this.#held;
    this.#held = '';
    if (text === '' || this.#state === 'gap') return [];
    return [{ type: this.#state === 'thinking' ? 'reasoning' : 'text', text }];
  }

  /** The next part that is certain; null when more is needed. */
  #take(): ReplyPart | null {
    switch (this.#state) {
      case 'start': {
        const begun = this.#held.trimStart();
        if (begun.startsWith(OPEN)) return this.#enter('thinking', begun.slice(OPEN.length));
        return OPEN.startsWith(begun) ? null : this.#enter('text', this.#held);
      }
      case 'thinking': {
        const close = this.#held.indexOf(CLOSE);
        if (close >= 0) {
          const thought = this.#held.slice(0, close);
          this.#enter('gap', this.#held.slice(close + CLOSE.length));
          return { type: 'reasoning', text: thought.trim() === '' ? '' : thought };
        }
        const certain = this.#held.length - heldBack(this.#held, CLOSE);
        // White space alone may be all there is: models told not to think open and close at once.
        return this.#held.slice(0, certain).trim() === '' ? null : this.#give('reasoning', certain);
      }
      case 'gap': {
        const text = this.#held.trimStart();
        return text === '' ? null : this.#enter('text', text);
      }
      case 'text':
        return this.#held === '' ? null : this.#give('text', this.#held.length);
    }
  }

  #enter(state: 'thinking' | 'gap' | 'text', held: string): ReplyPart {
    this.#state = state;
    this.#held = held;
    return { type: 'text', text: '' };
  }

  #give(type: ReplyPart['type'], chars: number): ReplyPart {
    const text = this.#held.slice(0, chars);
    this.#held = this.#held.slice(chars);
    return { type, text };
  }
}

/** Characters at the end of `text` that may be the beginning of `tag`. */
function heldBack(text: string, tag: string): number {
  for (let n = Math.min(tag.length - 1, text.length); n > 0; n--)
    if (tag.startsWith(text.slice(-n))) return n;
  return 0;
}
