const leastTried = 20;

/** Whether so many failures say that something is wrong with more than single assets, and a run must stop: more than half of at least 20. */
export function mustStop(failed: number, tried: number): boolean {
  return tried >= leastTried && failed * 2 > tried;
}
