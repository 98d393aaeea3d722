interface Waiting {
  neededMb: number;
  enter: () => void;
}

/** The memory that all model processes of a program may take together. Whoever comes when it is full waits in line, and those that rest make room. */
export class ModelRoom {
  private freeMb: number;
  /** All the memory that there is. */
  readonly totalMb: number;
  private readonly waiting: Waiting[] = [];
  private readonly makeRoom: () => void;

  /** `makeRoom` is called when somebody waits: end what rests. */
  constructor(totalMb: number, makeRoom: () => void) {
    this.totalMb = totalMb;
    this.freeMb = totalMb;
    this.makeRoom = makeRoom;
  }

  /** Whether somebody waits: who has finished a piece of work then makes room before the next. */
  get isWanted(): boolean {
    return this.waiting.length > 0;
  }

  /** Waits for so much memory, at most all there is, and answers how to give it back. */
  async enter(neededMb: number): Promise<() => void> {
    if (this.waiting.length === 0 && neededMb <= this.freeMb) this.freeMb -= neededMb;
    else {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.waiting.push({ neededMb, enter: resolve });
      this.makeRoom();
      await promise;
    }
    let isInside = true;
    return () => {
      if (isInside) this.leave(neededMb);
      isInside = false;
    };
  }

  private leave(neededMb: number): void {
    this.freeMb += neededMb;
    for (let next = this.waiting[0]; next && next.neededMb <= this.freeMb; next = this.waiting[0]) {
      this.waiting.shift();
      this.freeMb -= next.neededMb;
      next.enter();
    }
    // What came to rest meanwhile may be what the next one waits for.
    if (this.isWanted) this.makeRoom();
  }
}
