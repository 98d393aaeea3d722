import { execFile } from 'node:child_process';
import { HoldfastError } from '#kernel';
import { type Appliance, environmentOfCaller } from '#manifest';

interface Answer {
  error?: { code: string; message: string; action?: string };
}

/**
 * Runs another command of this program as a process of its own and answers its JSON. The supervisor does so, because what
 * a command loads would stay in its memory for as long as the appliance runs. Throws what the command reports.
 */
export async function runOwnCommand<Result>(appliance: Appliance, ...words: string[]): Promise<Result> {
  const all = [...process.execArgv, String(process.argv[1]), ...words, '--json'];
  // Libraries that keep caches in the temporary folder keep them in ours.
  const env = { ...environmentOfCaller(), TMPDIR: appliance.paths.scratch };
  const output = await new Promise<string>((settle) => {
    execFile(process.execPath, all, { env }, (_, stdout, stderr) => settle(stdout.trim() || JSON.stringify(failure(stderr))));
  });
  const answer = JSON.parse(output) as Result & Answer;
  if (!answer.error) return answer;
  const { code, message, action } = answer.error;
  throw new HoldfastError(code, { kind: 'unavailable', message, action });
}

function failure(stderr: string): Answer {
  return { error: { code: 'COMMAND_FAILED', message: stderr.trim() || 'A command of our own ended without an answer.' } };
}
