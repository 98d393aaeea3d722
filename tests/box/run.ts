import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from '../faults/power/seeded-random.ts';
import { Box } from './box.ts';
import { guestPackages, imageFolder, rootFolder, toolPackages, usualFolder, whyNoBox } from './box-folder.ts';
import { Tools } from './machine/tools.ts';
import { parts } from './parts/index.ts';
import { BoxReport, tableOf } from './report.ts';
import { makeRunFolder, removeOldOverlays } from './run-folder.ts';

// Boots the virtual box and tries it: npm run box:test -- [--only PART,…] [--cuts N] [--seed S] [--keep] [--dir DIR]
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: parts.map(({ name }) => name).join(',') },
    cuts: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    /** Leaves the consoles and the disks of the run where they are. */
    keep: { type: 'boolean', default: false },
    dir: { type: 'string', default: usualFolder },
    /** The image to take, where it is not that of this checkout. */
    image: { type: 'string' },
  },
});

const folder = resolve(values.dir);
const image = values.image ? resolve(values.image) : imageFolder(folder);
const unknown = values.only.split(',').filter((name) => !parts.some((part) => part.name === name));
const reason =
  whyNoBox() ??
  (unknown.length > 0
    ? `there is no part ${unknown.join(', ')}; there are: ${parts.map(({ name }) => name).join(', ')}`
    : undefined) ??
  (existsSync(image) ? undefined : `${image} is not there: npm run box:build (the image of this checkout as it is built now)`);
if (reason) {
  console.error(`The box cannot be tried: ${reason}`);
  process.exit(1);
}

const logs = join(folder, 'logs', new Date().toISOString().replaceAll(':', '-').slice(0, 19));
mkdirSync(logs, { recursive: true });
const run = makeRunFolder();
const report = new BoxReport(join(logs, 'box-test.log'));
const tools = new Tools(rootFolder(folder, 'tools', toolPackages), folder, run);
removeOldOverlays(folder);
const accelerator = await tools.accelerator();
const box = new Box(tools, image, accelerator, report);
const random = seededRandom(values.seed);
report.say(`${image}\n  ${guestPackages().length} packages, ${accelerator}, seed ${values.seed}; log: ${logs}`);

async function end(code: number): Promise<never> {
  if (values.keep) await box.cutPower();
  else await box.discard();
  for (const file of readdirSync(run).filter((name) => !name.endsWith('.sock')))
    copyFileSync(join(run, file), join(logs, file));
  rmSync(run, { recursive: true, force: true });
  process.exit(code);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(130));

for (const part of parts.filter(({ name }) => values.only.split(',').includes(name))) {
  report.say(`${part.name}: ${part.what}`);
  const failedBefore = report.results.filter(({ result }) => result === 'failed').length;
  await part
    .run({ box, report, cuts: Number(values.cuts), random: random.next })
    .catch((error: Error) => report.check(part.name, 'the part came to its end', () => Promise.reject(error)));
  // A machine on which something went wrong proves nothing of what comes after.
  if (report.results.filter(({ result }) => result === 'failed').length > failedBefore) {
    await box.keepJournal(join(logs, `${part.name}.journal`));
    await box.discard();
  }
}
report.say(`\n${tableOf(report.results)}`);
await end(report.results.some(({ result }) => result === 'failed') ? 1 : 0);
