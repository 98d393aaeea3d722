import { randomInt } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Box } from '../../../apps/agent/src/testing/box.ts';
import { makeBox, removeBox } from '../../../apps/agent/src/testing/make-box.ts';
import { fuzzAgent } from './fuzz-agent.ts';

const frames = 20_000;
let box: Box;
beforeEach(() => {
  box = makeBox();
});
afterEach(() => removeBox(box));

it(`${frames} hostile messages neither end the agent nor have it do anything`, async () => {
  const seed = randomInt(2 ** 31);
  const result = await fuzzAgent(box, frames, seed);
  expect(result, `seed ${seed}`).toMatchObject({ acts: 0, alive: true });
  expect(result.answers).toBeGreaterThan(frames * 0.9);
});
