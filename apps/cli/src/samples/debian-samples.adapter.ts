import { execFile } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type SamplePackage, samplePackages } from './sample-sources.ts';

const run = promisify(execFile);
const downloadTimeoutMs = 180_000;

/** Downloads and unpacks one package into a fresh folder. Throws what apt or dpkg says. */
async function unpack(name: string, folder: string): Promise<string> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await run('apt-get', ['download', '-q', '-o', 'APT::Sandbox::User=root', name], { cwd: folder, timeout: downloadTimeoutMs });
  const file = readdirSync(folder).find((entry) => entry.endsWith('.deb'));
  if (!file) throw new Error(`apt-get downloaded no ${name}`);
  await run('dpkg-deb', ['-x', file, 'unpacked'], { cwd: folder });
  return join(folder, 'unpacked');
}

function pick({ picks }: SamplePackage, unpacked: string, media: string): number {
  let count = 0;
  for (const { from, pattern, folder } of picks) {
    const source = join(unpacked, from);
    mkdirSync(join(media, folder), { recursive: true });
    for (const name of existsSync(source) ? readdirSync(source).filter((entry) => pattern.test(entry)) : []) {
      const target = join(media, folder, name);
      if (!existsSync(target)) linkSync(join(source, name), target);
      count++;
    }
  }
  return count;
}

/** Brings the sample packages into `folder/media`, each once. Answers how many files, or why not. */
export async function fetchDebianSamples(
  folder: string,
  tell: (line: string) => void,
): Promise<{ files: number; failure?: string }> {
  let files = 0;
  for (const source of samplePackages) {
    const marker = join(folder, `${source.name}.json`);
    if (existsSync(marker)) {
      files += (JSON.parse(readFileSync(marker, 'utf8')) as { files: number }).files;
      continue;
    }
    const scratch = join(folder, 'download');
    try {
      tell(`Fetching real media from the Debian package ${source.name}`);
      const picked = pick(source, await unpack(source.name, scratch), join(folder, 'media'));
      writeFileSync(marker, JSON.stringify({ files: picked }));
      files += picked;
    } catch (error) {
      const said = String((error as { stderr?: string }).stderr || (error as Error).message);
      return { files, failure: `${source.name}: ${said.trim().split('\n').at(-1)}` };
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }
  return { files };
}
