import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  checkout,
  debianMirror,
  guestPackages,
  imageFolder,
  rootFolder,
  toolPackages,
  usualFolder,
  whyNoBox,
} from './box-folder.ts';
import { partitionTable } from './image/partition-table.ts';
import { boxDisks, rootSignature } from './machine/disks.ts';
import { seenAt, Tools } from './machine/tools.ts';
import { VirtualMachine } from './machine/virtual-machine.ts';
import { makeRunFolder } from './run-folder.ts';

// Makes the virtual box: npm run box:build [-- --dir DIR]. What has been made of the same things is taken as it is.
const { values } = parseArgs({ options: { dir: { type: 'string', default: usualFolder } } });
const box = resolve(values.dir);
const scripts = join(import.meta.dirname, 'image');

function step<Result>(what: string, act: () => Result): Result {
  const startedMs = performance.now();
  const done = (result: Result) => {
    console.log(`  ${what.padEnd(40)} ${((performance.now() - startedMs) / 1000).toFixed(0).padStart(5)} s`);
    return result;
  };
  const result = act();
  return result instanceof Promise ? (result.then(done) as Result) : done(result);
}

function program(name: string, ...words: string[]): void {
  const { status, stdout, stderr } = spawnSync(name, words, { encoding: 'utf8', maxBuffer: 67_108_864 });
  if (status !== 0) throw new Error(`${basename(name)} failed:\n${`${stdout}${stderr}`.slice(-4000)}`);
}

function makeRoot(name: 'tools' | 'guest', packages: readonly string[]): string {
  const root = rootFolder(box, name, packages);
  mkdirSync(join(box, 'roots'), { recursive: true });
  if (!existsSync(root))
    step(`Debian 13, ${name}`, () => program(join(scripts, 'make-root.sh'), debianMirror(), root, ...packages));
  return root;
}

/** Starts the new box once on its own disks, for what only a running machine can do. */
async function firstBoot(tools: Tools, folder: string): Promise<void> {
  const seen = folder.replace(box, seenAt.box);
  const raw = (name: string) => ({ file: join(seen, `${name}.img`), format: 'raw' as const });
  const machine = await VirtualMachine.boot(tools, {
    accelerator: await tools.accelerator(),
    kernel: join(seen, 'vmlinuz'),
    images: Object.fromEntries(boxDisks.map(({ name }) => [name, raw(name)])),
    console: 'console',
  });
  try {
    writeFileSync(
      join(folder, 'first-boot.log'),
      await machine.tell(readFileSync(join(scripts, '../guest/first-boot.sh'), 'utf8'), 1800),
    );
    await machine.powerOff();
  } catch (error) {
    await machine.cutPower();
    throw error;
  }
}

function writePartitionTable(file: string, bytes: number): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, partitionTable(rootSignature, bytes), 0, 512, 0);
  closeSync(descriptor);
}

/** Images of other sources, and what a killed build left; a run that goes on, or was kept, still needs the one it lies on. */
function removeFormerImages(newest: string): void {
  const [runs, images] = [join(box, 'runs'), join(box, 'images')];
  if (existsSync(runs) && readdirSync(runs).length > 0) return;
  for (const name of readdirSync(images).filter((one) => join(images, one) !== newest))
    rmSync(join(images, name), { recursive: true, force: true });
}

async function makeImage(tools: string, guest: string): Promise<void> {
  const folder = imageFolder(box);
  if (existsSync(folder)) return console.log(`  The image is there: ${folder}`);
  const fresh = `${folder}.new`;
  const run = makeRunFolder();
  try {
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh, { recursive: true });
    const [system, ...others] = boxDisks;
    step('the appliance in it, as an image', () =>
      program(join(scripts, 'make-image.sh'), guest, checkout, fresh, String(system?.megabytes)),
    );
    if (system) writePartitionTable(join(fresh, 'root.img'), system.megabytes * 1_048_576);
    for (const { name, megabytes } of others) {
      writeFileSync(join(fresh, `${name}.img`), '');
      truncateSync(join(fresh, `${name}.img`), megabytes * 1_048_576);
    }
    await step('first start', () => firstBoot(new Tools(tools, box, run), fresh));
    execFileSync('sync', ['-f', fresh]);
    renameSync(fresh, folder);
    console.log(`  ${folder}`);
    removeFormerImages(folder);
  } finally {
    if (existsSync(join(run, 'console'))) copyFileSync(join(run, 'console'), join(box, 'last-build-console.log'));
    rmSync(run, { recursive: true, force: true });
  }
}

const reason = whyNoBox();
if (reason) {
  console.error(`The box cannot be built: ${reason}`);
  process.exit(1);
}
console.log('The virtual box');
await makeImage(makeRoot('tools', toolPackages), makeRoot('guest', guestPackages()));
