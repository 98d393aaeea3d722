import { execFile, spawn } from 'node:child_process';
import { agentError } from '#agent-protocol';

/** Nothing of the agent's own environment gets into what it starts. */
const environment = { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', SYSTEMD_PAGER: '', SYSTEMD_COLORS: '0' };

/** How a program ended, and what it said. */
export interface ProgramEnd {
  code: number;
  output: string;
  complaints: string;
}

/** Runs a program by its whole path, without a shell. Throws AGENT_HOST_FAILED where it cannot be started or takes too long. */
export function runProgram(program: string, words: readonly string[], limitMs: number): Promise<ProgramEnd> {
  const options = { env: environment, cwd: '/', timeout: limitMs, killSignal: 'SIGKILL', maxBuffer: 1_048_576 } as const;
  return new Promise((settle, fail) => {
    execFile(program, [...words], options, (error, stdout, stderr) => {
      if (!error) return settle({ code: 0, output: stdout, complaints: stderr });
      if (typeof error.code === 'number') return settle({ code: error.code, output: stdout, complaints: stderr || stdout });
      const why = error.killed ? `gave no answer within ${limitMs / 1000} s` : error.message;
      fail(agentError('AGENT_HOST_FAILED', `${program} ${words[0]}: ${why}`, undefined, { cause: error }));
    }).stdin?.end();
  });
}

/** Of a longer line the whole is left out; what complains at greater length is cut off. */
const mostLineBytes = 131_072;
const mostComplaints = 4_096;

/**
 * Reads what a program says line by line, however much it is, and ends it once `take` wants no more. Throws AGENT_HOST_FAILED where it cannot be started or
 * takes too long.
 */
export function readProgram(
  program: string,
  words: readonly string[],
  limitMs: number,
  take: (line: string) => boolean,
): Promise<Pick<ProgramEnd, 'code' | 'complaints'>> {
  return new Promise((settle, fail) => {
    const child = spawn(program, [...words], { env: environment, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
    const lines = new LineReader();
    let complaints = '';
    let isEnough = false;
    let isLate = false;
    const end = () => {
      child.kill('SIGKILL');
      // Also where something that it started holds the other end.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const timer = setTimeout(() => {
      isLate = true;
      end();
    }, limitMs);
    const failed = (why: string, cause?: Error) =>
      fail(agentError('AGENT_HOST_FAILED', `${program}: ${why}`, undefined, { cause }));
    child.stdout.on('data', (piece: Buffer) => {
      if (isEnough || lines.read(piece).every(take)) return;
      isEnough = true;
      end();
    });
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      complaints = (complaints + piece).slice(0, mostComplaints);
    });
    child.on('error', (cause) => failed(cause.message, cause));
    child.on('close', (code) => {
      clearTimeout(timer);
      if (isLate) failed(`gave no answer within ${limitMs / 1000} s`);
      else settle({ code: isEnough ? 0 : (code ?? 1), complaints });
    });
  });
}

/** Puts lines together from pieces, and holds no more than one that is not too long. */
class LineReader {
  private held = Buffer.alloc(0);
  private isTooLong = false;

  read(piece: Buffer): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let at = piece.indexOf(0x0a); at >= 0; at = piece.indexOf(0x0a, from)) {
      this.hold(piece.subarray(from, at));
      if (!this.isTooLong) lines.push(this.held.toString('utf8'));
      this.held = Buffer.alloc(0);
      this.isTooLong = false;
      from = at + 1;
    }
    this.hold(piece.subarray(from));
    return lines;
  }

  private hold(part: Buffer): void {
    this.isTooLong ||= this.held.length + part.length > mostLineBytes;
    this.held = this.isTooLong ? Buffer.alloc(0) : Buffer.concat([this.held, part]);
  }
}
