/** Collects the text of pages up to a limit of characters for all of them. */
export class TextCollector {
  readonly pages: Array<{ page: number; text: string }> = [];
  readonly #maxPages: number;
  #left: number;
  #current = '';
  #page = 0;
  #full = false;

  constructor(maxPages: number, maxCharacters: number) {
    this.#maxPages = maxPages;
    this.#left = maxCharacters;
  }

  /** True when nothing more is taken. */
  get full(): boolean {
    return this.#full;
  }

  /** Ends the page so far, if any, and begins the next. */
  nextPage(): void {
    this.#close();
    this.#page++;
    if (this.#page > this.#maxPages) this.#full = true;
  }

  add(text: string): void {
    if (this.#full) return;
    const taken = text.slice(0, this.#left);
    this.#left -= taken.length;
    this.#current += taken;
    if (this.#left <= 0) this.#full = true;
  }

  /** All pages, and why they are less than the whole document, if they are. */
  finish(): { pages: Array<{ page: number; text: string }>; partial: string[] } {
    this.#close();
    return {
      pages: this.pages,
      partial: this.#full ? ['Only the beginning of the text was read; the rest is more than is kept.'] : [],
    };
  }

  #close(): void {
    const text = tidy(this.#current);
    if (text) this.pages.push({ page: Math.max(1, this.#page), text });
    this.#current = '';
  }
}

/** No NUL, no half characters, no more than one empty line, no blanks at line ends. */
export function tidy(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('\0', '')
    .replace(/\r\n?/g, '\n')
    .replace(/[^\S\n]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
