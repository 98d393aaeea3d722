/** Lets acts happen one at a time, in the order in which they were asked for. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  /** Answers what the act answers, once it has had its turn; one that fails keeps nobody waiting. */
  take<Result>(act: () => Promise<Result>): Promise<Result> {
    const result = this.last.then(act);
    this.last = result.catch(() => {});
    return result;
  }
}
