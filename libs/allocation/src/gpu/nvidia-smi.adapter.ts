import { execFile } from 'node:child_process';
import { readDriverCards } from './driver-cards.adapter.ts';
import type { GpuReading } from './gpu-card.ts';
import { gpuFields, gpuProblem, parseGpus, unknownField } from './parse-gpus.ts';

const usualProgram = '/usr/bin/nvidia-smi';
const patienceMs = 15_000;

interface Outcome {
  exitCode: number | 'missing' | 'silent';
  output: string;
}

/**
 * Asks nvidia-smi for the cards of this machine; never throws: why there are none is part of the answer. Where it cannot ask the driver, as behind the
 * walls of a unit without devices, the driver's own list says which cards there are. Another program in tests only.
 */
export async function readGpus(program = usualProgram, processes?: string): Promise<GpuReading> {
  const reading = await askForCards(program);
  const listed = program === usualProgram || processes !== undefined;
  return reading.cards.length > 0 || !listed ? reading : { ...reading, cards: readDriverCards(processes) };
}

async function askForCards(program: string): Promise<GpuReading> {
  let fields: readonly string[] = gpuFields;
  for (;;) {
    const { exitCode, output } = await ask(program, fields);
    if (exitCode === 0) return readingOf(output);
    if (exitCode === 'missing') return none(`${program} is not installed: there is no NVIDIA driver on this machine.`);
    if (exitCode === 'silent') return none(`nvidia-smi did not answer within ${patienceMs / 1000} s: the driver hangs.`);
    // Older drivers know fewer fields; what they do not tell stays unknown.
    const unknown = unknownField(output);
    if (unknown === undefined || !fields.includes(unknown)) return none(gpuProblem(exitCode, output));
    fields = fields.filter((field) => field !== unknown);
  }
}

function readingOf(output: string): GpuReading {
  const cards = parseGpus(output);
  return cards.length > 0 ? { cards, problem: null } : none('The driver finds no card.');
}

function none(problem: string): GpuReading {
  return { cards: [], problem };
}

function ask(program: string, fields: readonly string[]): Promise<Outcome> {
  const words = [`--query-gpu=${fields.join(',')}`, '--format=csv,nounits'];
  const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };
  return new Promise((settle) => {
    execFile(program, words, { env, timeout: patienceMs, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      const output = `${stdout}\n${stderr}`;
      if (!error) settle({ exitCode: 0, output: stdout });
      else if (error.code === 'ENOENT' || error.code === 'EACCES') settle({ exitCode: 'missing', output });
      else settle({ exitCode: typeof error.code === 'number' ? error.code : 'silent', output });
    });
  });
}
