/** Work that many ask for at once is done once, and all get its outcome. */
export class SingleFlight<Result> {
  readonly #flights = new Map<string, Promise<Result>>();

  /** Joins the work of this name that is under way, or begins it. */
  run(name: string, work: () => Promise<Result>): Promise<Result> {
    const flying = this.#flights.get(name);
    if (flying) return flying;
    const flight = work().finally(() => this.#flights.delete(name));
    this.#flights.set(name, flight);
    return flight;
  }

  /** Whether work of this name is under way. */
  has(name: string): boolean {
    return this.#flights.has(name);
  }
}
