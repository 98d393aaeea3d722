import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { makeBox, removeBox } from '../../../apps/agent/src/testing/make-box.ts';
import { fuzzAgent } from './fuzz-agent.ts';

// Sends hostile messages to an agent on a made-up machine: npm run fuzz:agent -- [--frames N] [--seed S]
const { values } = parseArgs({ options: { frames: { type: 'string', default: '20000' }, seed: { type: 'string' } } });
const seed = Number(values.seed ?? randomInt(2 ** 31));
const box = makeBox();
try {
  const started = performance.now();
  const result = await fuzzAgent(box, Number(values.frames), seed);
  const seconds = (performance.now() - started) / 1000;
  console.log(`seed ${seed}: ${JSON.stringify(result)} in ${seconds.toFixed(1)} s`);
  process.exitCode = result.acts === 0 && result.alive ? 0 : 1;
} finally {
  removeBox(box);
}
