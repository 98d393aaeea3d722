import { readEnvironment } from '#manifest';

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';
const codes: Record<Style, [number, number]> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

/** Where a command writes. In JSON mode prose is dropped, so that standard output carries one document and nothing else. */
export class Terminal {
  /** Whether lines may be drawn over and coloured. */
  readonly interactive: boolean;
  private readonly json: boolean;

  constructor(json: boolean) {
    this.json = json;
    this.interactive = readEnvironment().interactive && !json;
  }

  /** Prose for the reader. */
  say(text = ''): void {
    if (!this.json) process.stdout.write(`${text}\n`);
  }

  /** The machine-readable answer. */
  answer(value: unknown): void {
    process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** Something wrong; on standard error. */
  complain(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  /** Draws over earlier lines. */
  redraw(linesUp: number, text: string): void {
    process.stdout.write(`${linesUp > 0 ? `\x1b[${linesUp}A` : ''}${text}`);
  }

  style(style: Style, text: string): string {
    const [on, off] = codes[style];
    return this.interactive ? `\x1b[${on}m${text}\x1b[${off}m` : text;
  }
}
