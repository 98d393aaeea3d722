// What runner and machine say to each other over the control port: one line each, so that a cut leaves at most half a line.
//   machine: hello ID          once, when it listens
//   runner:  ID SECONDS SCRIPT (base64)
//   machine: ID EXIT OUTPUT    (base64)

/** A line of the machine. */
export type ControlLine = { hello: string } | { id: string; exit: number; output: string };

/** The line that has the machine run a script of bash for at most so many seconds. */
export function requestLine(id: string, seconds: number, script: string): string {
  return `${id} ${seconds} ${Buffer.from(script).toString('base64')}\n`;
}

/** Reads a line of the machine; undefined where it is none, as after a boot in the middle of one. */
export function readControlLine(line: string): ControlLine | undefined {
  const [first = '', second = '', third = ''] = line.trim().split(' ');
  if (first === 'hello' && second !== '') return { hello: second };
  if (first === '' || !/^\d+$/.test(second)) return undefined;
  return { id: first, exit: Number(second), output: Buffer.from(third, 'base64').toString() };
}
