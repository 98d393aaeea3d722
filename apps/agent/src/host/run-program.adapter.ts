import { execFile } from 'node:child_process';
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
