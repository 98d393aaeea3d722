import { appendFileSync } from 'node:fs';

/** What came of one check. */
export interface CheckResult {
  part: string;
  what: string;
  result: 'ok' | 'failed' | 'skipped';
  seconds: number;
  /** What was seen, or why it failed or was skipped. */
  detail: string;
}

const widest = 60;

/** The closing table: part, what was checked, result, seconds. */
export function tableOf(results: readonly CheckResult[]): string {
  const cut = (text: string) => (text.length > widest ? `${text.slice(0, widest - 1)}…` : text);
  const rows = [
    ['part', 'what was checked', 'result', 'seconds', 'seen'],
    ...results.map(({ part, what, result, seconds, detail }) => [
      part,
      what,
      result,
      seconds.toFixed(1),
      cut(detail.split('\n')[0] ?? ''),
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) =>
    row
      .map((cell, column) => (column === 3 ? cell.padStart(widths[3] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  const count = (result: CheckResult['result']) => results.filter((one) => one.result === result).length;
  const total = results.reduce((sum, { seconds }) => sum + seconds, 0);
  return [
    ...rows.map(line),
    `${count('ok')} ok, ${count('failed')} failed, ${count('skipped')} skipped, ${Math.round(total)} s`,
  ].join('\n');
}

/** Runs checks, prints each as it ends, and keeps the log. */
export class BoxReport {
  readonly results: CheckResult[] = [];
  private readonly log: string;

  constructor(log: string) {
    this.log = log;
  }

  /** Runs one check of a part: what it answers is what was seen. A failure is noted, and the part goes on; answers whether it held. */
  async check(part: string, what: string, act: () => Promise<string | undefined>): Promise<boolean> {
    const startedMs = performance.now();
    const outcome = await act().then(
      (seen) => ({ result: 'ok' as const, detail: seen ?? '' }),
      (error: Error) => ({ result: 'failed' as const, detail: error.message }),
    );
    this.add({ part, what, seconds: (performance.now() - startedMs) / 1000, ...outcome });
    return outcome.result === 'ok';
  }

  /** Notes what could not be checked, and why. */
  skip(part: string, what: string, why: string): void {
    this.add({ part, what, result: 'skipped', seconds: 0, detail: why });
  }

  /** A line for whoever watches, and for the log. */
  say(text: string): void {
    console.log(text);
    appendFileSync(this.log, `${new Date().toISOString()} ${text}\n`);
  }

  private add(result: CheckResult): void {
    this.results.push(result);
    const sign = { ok: '✓', failed: '✗', skipped: '-' }[result.result];
    const detail = result.detail === '' ? '' : `\n      ${result.detail.trim().replaceAll('\n', '\n      ')}`;
    this.say(`  ${sign} ${result.part}: ${result.what} (${result.seconds.toFixed(1)} s)${detail}`);
  }
}
