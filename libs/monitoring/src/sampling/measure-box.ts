import { setTimeout as wait } from 'node:timers/promises';
import { loadBetween, parseCpuTimes } from '#allocation';
import type { Appliance } from '#manifest';
import { BoxPaths } from '../box-paths.ts';
import { sampleBetween } from '../domain/box-sample.ts';
import { readText } from '../hardware/read-text.adapter.ts';
import type { BoxSample } from '../http/telemetry.contract.ts';
import { CardReader } from './card-reader.ts';
import { lookAt } from './look.adapter.ts';

/** Samples of the box, one after each pause, for whoever asks without a running api. */
export async function* measureBox(appliance: Appliance, pauseMs: number, paths = new BoxPaths()): AsyncGenerator<BoxSample> {
  const cards = new CardReader();
  const look = async () => ({
    box: await lookAt(paths, appliance, cards.read()),
    cpus: parseCpuTimes((await readText(`${paths.proc}/stat`)) ?? ''),
  });
  for (let before = await look(); ; ) {
    await wait(pauseMs);
    const after = await look();
    yield sampleBetween(before.box, after.box, loadBetween(before.cpus, after.cpus));
    before = after;
  }
}
