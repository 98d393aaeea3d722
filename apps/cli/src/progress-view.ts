import type { StepState } from '#supervisor';
import { formatSeconds } from './format.ts';
import type { Terminal } from './terminal.ts';

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 100;

/** Steps with ticks and durations: drawn in place on a terminal, one line per finished step elsewhere. */
export class ProgressView {
  private readonly terminal: Terminal;
  private steps: StepState[] = [];
  private readonly printed = new Set<string>();
  private drawnLines = 0;
  private frame = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(terminal: Terminal) {
    this.terminal = terminal;
  }

  show(steps: StepState[]): void {
    this.steps = steps;
    if (!this.terminal.interactive) {
      this.printFinished();
      return;
    }
    this.draw();
    this.timer ??= setInterval(() => {
      this.frame += 1;
      this.draw();
    }, frameMs);
  }

  /** Leaves the last picture standing. */
  end(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    if (this.terminal.interactive && this.steps.length > 0) this.draw();
    this.drawnLines = 0;
    this.steps = [];
  }

  private printFinished(): void {
    for (const step of this.steps)
      if ((step.state === 'done' || step.state === 'failed') && !this.printed.has(step.name)) {
        this.printed.add(step.name);
        this.terminal.say(this.line(step));
      }
  }

  private draw(): void {
    const lines = this.steps.map((step) => `\x1b[2K${this.line(step)}\n`);
    this.terminal.redraw(this.drawnLines, lines.join(''));
    this.drawnLines = lines.length;
  }

  private line(step: StepState): string {
    const { terminal } = this;
    const marks = {
      waiting: terminal.style('dim', '·'),
      running: terminal.style('cyan', spinner[this.frame % spinner.length] ?? '·'),
      done: terminal.style('green', '✓'),
      failed: terminal.style('red', '✗'),
    };
    const label = step.label.padEnd(18);
    const duration = step.milliseconds === undefined ? '' : formatSeconds(step.milliseconds).padStart(7);
    const detail = step.detail ? `  ${terminal.style('dim', step.detail)}` : '';
    return `  ${marks[step.state]} ${step.state === 'waiting' ? terminal.style('dim', label) : label}${duration}${detail}`;
  }
}
