import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '#kernel';
import type { KeyRotationAnswer } from '#keys';
import type { Terminal } from '../terminal.ts';

const everyMs = 500;
/** Workers take a job within a moment, unless none runs or all are busy. */
const patienceMs = 60_000;

/** How far a rotation is: `hf-subject: 312 of 1204 keys wrapped anew`. */
export function rotationLine({ providerKey, rewrapped, remaining, state, toVersion, failed }: KeyRotationAnswer): string {
  const name = providerKey ?? 'key';
  if (state === 'running') return `${name}: ${rewrapped} of ${rewrapped + (remaining ?? 0)} keys wrapped anew`;
  const trouble = failed > 0 ? `; ${failed} do not open and keep the old version` : '';
  return `${name}: version ${toVersion}, ${rewrapped} keys wrapped anew${trouble}`;
}

/** Waits for the end of a rotation and says how far it is. Throws KEYS_WORKER_MISSING where no worker gets on with it. */
export async function followRotation(
  asked: KeyRotationAnswer,
  list: () => Promise<KeyRotationAnswer[]>,
  terminal: Terminal,
): Promise<KeyRotationAnswer> {
  let changedAt = performance.now();
  let shown = '';
  for (let now = asked; ; ) {
    if (now.state === 'done') return now;
    const line = rotationLine(now);
    if (line !== shown) {
      terminal.say(`  ${line}`);
      changedAt = performance.now();
      shown = line;
    }
    if (performance.now() - changedAt > patienceMs) throw workerMissing();
    await sleep(everyMs);
    now = (await list()).find(({ id }) => id === asked.id) ?? now;
  }
}

function workerMissing(): HoldfastError {
  return new HoldfastError('KEYS_WORKER_MISSING', {
    kind: 'unavailable',
    message: 'No worker gets on with the rotation.',
    action:
      'See with `./holdfast status` that a worker with the role general runs; it goes on with the rotation when it starts.',
  });
}
