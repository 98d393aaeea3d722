import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** Living processes whose command line holds the marker: what a test has started and not ended. Zombies are dead. */
export function livingWith(marker: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => read(`/proc/${pid}/cmdline`).includes(marker) && !/^State:\s+[ZX]/m.test(read(`/proc/${pid}/status`)))
    .map(Number);
}

/** Waits a moment for processes to go; answers those that stay. */
export async function leftoversOf(marker: string): Promise<number[]> {
  for (let round = 0; round < 200; round++) {
    if (livingWith(marker).length === 0) return [];
    await wait(50);
  }
  return livingWith(marker);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
