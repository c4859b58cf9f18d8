/** What is said in passing: short notices on the screen, and announcements for those who do not see it. */

export interface Notice {
  readonly id: number;
  readonly text: string;
  readonly look: 'plain' | 'bad';
  /** One thing to do about it, e.g. undo. */
  readonly action: { readonly label: string; readonly run: () => void } | null;
}

const SHOWN_MS = 6000;
/** Time to read and reach a button, also with a keyboard. */
const SHOWN_WITH_ACTION_MS = 12_000;

export class Notices {
  #shown: readonly Notice[] = $state.raw([]);
  #announcement = $state.raw('');
  #nextId = 1;

  get shown(): readonly Notice[] {
    return this.#shown;
  }

  /** The text of the live region. */
  get announcement(): string {
    return this.#announcement;
  }

  /** Shows a notice, and announces it. Bad news stays until dismissed. */
  say(text: string, options: Partial<Pick<Notice, 'look' | 'action'>> = {}): void {
    const notice: Notice = { id: this.#nextId++, text, look: 'plain', action: null, ...options };
    this.#shown = [...this.#shown, notice].slice(-3);
    this.announce(text);
    if (notice.look === 'bad') return;
    setTimeout(
      () => {
        this.dismiss(notice.id);
      },
      notice.action ? SHOWN_WITH_ACTION_MS : SHOWN_MS,
    );
  }

  /** Says a milestone to screen readers only. The same words twice are said twice. */
  announce(text: string): void {
    this.#announcement = text === this.#announcement ? `${text}\u00a0` : text;
  }

  dismiss(id: number): void {
    this.#shown = this.#shown.filter((notice) => notice.id !== id);
  }
}
