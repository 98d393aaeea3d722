import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyseVideo, openImagePool, probeVideoOrAudio } from '#media';
import { compare, type Row } from './harness.ts';
import { benchSettings, film } from './parsers/bench-media.ts';

const CPU = { unit: 'ms CPU', goal: { atMost: 1.2 } } as const;

async function inFolder(work: (folder: string) => Promise<number>): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  return work(folder).finally(() => rmSync(folder, { recursive: true }));
}

/** One plain ffmpeg with the same pictures: key frames as JPEG at 1440 pixels and a sprite of small ones. Processor time, ms. */
async function bareFfmpeg(file: string, folder: string): Promise<number> {
  const graph = '[0:v:0]split[a][b];[a]scale=1440:-2[large];[b]scale=160:-2,tile=10x6[sprite]';
  const large = ['-map', '[large]', '-fps_mode', 'passthrough', '-q:v', '3', join(folder, '%05d.jpg')];
  const sprite = ['-map', '[sprite]', '-frames:v', '1', '-q:v', '3', join(folder, 'sprite.jpg')];
  const command = [
    'ffmpeg',
    '-v',
    'error',
    '-y',
    '-threads',
    '2',
    '-skip_frame',
    'nokey',
    '-i',
    file,
    '-filter_complex',
    graph,
    ...large,
    ...sprite,
  ];
  const times = execFileSync('dash', ['-c', '"$@"; times', 'bare', ...command], { encoding: 'latin1' }).split('\n')[1] ?? '';
  return [...times.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000,
    0,
  );
}

/** Probe, key frames, shots, poster and hover strip of two minutes of 1080p against one bare ffmpeg. */
export async function run(): Promise<Row[]> {
  const file = film();
  const source = { file, mediaType: 'video/mp4', settings: benchSettings };
  const pool = openImagePool(benchSettings);
  const raw = () => inFolder((folder) => bareFfmpeg(file, folder));
  const analyse = (mostShots: number) =>
    inFolder(async (scratchFolder) => {
      const before = process.cpuUsage();
      const probe = await probeVideoOrAudio(source);
      const { cpuMs } = await analyseVideo({ ...source, probe, pool, scratchFolder, mostShots });
      const { user, system } = process.cpuUsage(before);
      return probe.cpuMs + cpuMs + (user + system) / 1000;
    });
  const rows = [
    await compare({ ...CPU, what: 'video: probe, key frames and sprite', raw, ours: () => analyse(1) }),
    await compare({
      ...CPU,
      goal: { atMost: 2.5 },
      what: 'video: the same, and 30 shots analysed like pictures',
      raw,
      ours: () => analyse(30),
    }),
  ];
  await pool.close();
  return rows;
}
