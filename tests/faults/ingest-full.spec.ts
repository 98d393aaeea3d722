import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { firstTier } from '#manifest';
import { begin, makeApiWorld, patch, send, tus, upload } from '../integration/ingest/api-world.ts';

/** Mounts a small file system of its own; answers why that cannot be done here instead. */
function mountSmall(megabytes: number): { folder: string; unmount(): void } | string {
  if (process.getuid?.() !== 0) return 'mounting a small file system needs root';
  const folder = mkdtempSync('/tmp/holdfast-small-');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'pipe' });
  } catch (error) {
    rmdirSync(folder);
    return `mount refuses here: ${(error as Error).message.split('\n')[0]}`;
  }
  return {
    folder,
    unmount: () => {
      execFileSync('umount', ['-l', folder]);
      rmdirSync(folder);
    },
  };
}

test('a disk that fills in the middle of uploads refuses with 507, keeps what it confirmed, and goes on once there is room', async (context) => {
  const small = mountSmall(24);
  if (typeof small === 'string') return context.skip(small);
  const world = await makeApiWorld((appliance) => {
    firstTier(appliance).path = join(small.folder, 'objects');
    appliance.paths.uploads = join(small.folder, 'uploads');
  });
  try {
    const bytes = [randomBytes(14_000_000), randomBytes(14_000_000)];
    const paths = await Promise.all(bytes.map((part) => begin(world, world.admin, part.length)));
    // Each fits by itself, so both begin; together they do not.
    const answers = await Promise.all(
      bytes.map((part, index) =>
        patch(world, world.admin, paths[index] as string, 0, [part.subarray(0, 7_000_000), 300, part.subarray(7_000_000)]),
      ),
    );
    const refused = answers.findIndex((answer) => answer.status !== 204);
    expect(refused).toBeGreaterThanOrEqual(0);
    expect([answers[refused]?.status, answers[refused]?.problem.code]).toEqual([507, 'STORAGE_FULL']);

    const tooMuch = await send(world, world.admin, 'POST', '/uploads', { headers: { ...tus, 'upload-length': '23000000' } });
    expect([tooMuch.status, tooMuch.problem.code]).toEqual([507, 'STORAGE_FULL']);
    const whole = await upload(world, world.admin, randomBytes(4_000_000));
    expect([201, 507]).toContain(whole.status);

    // Room is made; the refused upload continues where it was confirmed.
    execFileSync('mount', ['-o', 'remount,size=64m', small.folder]);
    const path = paths[refused] as string;
    const asked = await send(world, world.admin, 'HEAD', path, { headers: tus });
    const offset = Number(asked.headers['upload-offset']);
    const rest = (bytes[refused] as Buffer).subarray(offset);
    const done = await patch(world, world.admin, path, offset, [rest]);
    expect([done.status, typeof done.headers['holdfast-asset-id']]).toEqual([204, 'string']);
  } finally {
    await world.close();
    small.unmount();
  }
});
