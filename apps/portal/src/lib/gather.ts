/** Collects values and hands them over together, at most once every `ms`: the first waits that long, none is lost. */
export function gather<Value>(ms: number, handOver: (values: Set<Value>) => void): (value: Value) => void {
  let waiting = new Set<Value>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (value) => {
    waiting.add(value);
    if (timer !== undefined) return;
    timer = setTimeout(() => {
      const values = waiting;
      waiting = new Set();
      timer = undefined;
      handOver(values);
    }, ms);
  };
}
