/** Where a list is scrolled to, for what must follow each frame without React: listeners write to their elements themselves. */
export class ScrollPosition {
  top = 0;
  private readonly listeners = new Set<(top: number) => void>();

  move(top: number): void {
    this.top = top;
    for (const listener of this.listeners) listener(top);
  }

  subscribe(listener: (top: number) => void): () => void {
    this.listeners.add(listener);
    listener(this.top);
    return () => this.listeners.delete(listener);
  }
}
