import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { newId } from '#kernel';
import { ObjectOpener, ObjectSealer, sealedChunkBytes, sealedTagBytes } from '#sealed-object';
import { compare, type Row } from './harness.ts';

/** Chunks sealed in one round: four gibibytes, which take about as long as the second that openssl is given. */
const chunks = 16_384;
const dataKey = randomBytes(32);
const context = { organisationId: newId(), objectId: newId(), version: 1 };
const plain = randomBytes(sealedChunkBytes);
/** Where chunks go, as into a file or an answer. */
const written = Buffer.alloc(sealedChunkBytes + sealedTagBytes);

/** MB per second of processor time of openssl on buffers of the size of our chunks. */
function opensslSpeed(...direction: string[]): number {
  const options = ['speed', '-mr', '-seconds', '1', '-bytes', String(sealedChunkBytes), ...direction, '-evp', 'aes-256-gcm'];
  const answer = execFileSync('openssl', options, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const bytesPerSecond = Number(/^\+F:.*:([\d.]+)$/m.exec(answer)?.[1]);
  if (!(bytesPerSecond > 0)) throw new Error(`openssl speed answered ${answer}`);
  return bytesPerSecond / 1e6;
}

/** MB per second of processor time, that of the threads which collect garbage included. */
function rate(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (chunks * sealedChunkBytes) / (user + system);
}

function seal(): number {
  return rate(() => {
    const sealer = new ObjectSealer(dataKey, context);
    for (let index = 0; index < chunks; index++) sealer.sealInto(written, 0, index, plain, false);
  });
}

function open(): number {
  const sealer = new ObjectSealer(dataKey, context);
  const sealed = sealer.sealChunk(0, plain, false);
  return rate(() => {
    const opener = new ObjectOpener(dataKey, context, sealer.header);
    for (let index = 0; index < chunks; index++) opener.openInto(written, 0, 0, sealed, false);
  });
}

/** Sealing and opening objects in memory, on one core, against what the same cipher does in openssl. */
export async function run(): Promise<Row[]> {
  const common = { unit: 'MB/core s', goal: { atLeast: 0.85 } };
  return [
    await compare({ ...common, what: 'sealing an object', ours: async () => seal(), raw: async () => opensslSpeed() }),
    await compare({
      ...common,
      what: 'opening an object, every chunk checked',
      ours: async () => open(),
      raw: async () => opensslSpeed('-decrypt'),
    }),
  ];
}
