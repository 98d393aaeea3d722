import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Turns } from '#kernel';
import { testSettings as settings } from '../testing/making-files.ts';
import { makeProxy } from './make-proxy.ts';
import { probeVideoOrAudio } from './probe-recording.ts';

let folder: string;
let film: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ffmpeg-share-'));
  film = join(folder, 'film.avi');
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=640x480:rate=25:duration=4'];
  execFileSync('ffmpeg', ['-v', 'error', ...source, '-c:v', 'mpeg4', film]);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The words of each ffmpeg that works on this film now; the sandbox around it is left out. */
function runningFfmpegs(): string[][] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return words[0] === '/usr/bin/ffmpeg' && words.some((word) => word.includes('proxy.mp4')) ? [words] : [];
      } catch {
        return [];
      }
    });
}

test('runs take turns, each with the threads that the plan leaves it', async () => {
  const source = { file: film, mediaType: 'video/x-msvideo', settings };
  const probe = await probeVideoOrAudio(source);
  const ffmpeg = { threads: 3, turns: new Turns(1) };
  const seen: string[][][] = [];
  const watch = setInterval(() => seen.push(runningFfmpegs()), 15);
  const proxies = await Promise.all(
    [1, 2, 3].map((number) => {
      const scratchFolder = join(folder, String(number));
      mkdirSync(scratchFolder);
      return makeProxy({ ...source, ffmpeg, probe, scratchFolder });
    }),
  );
  clearInterval(watch);
  expect(proxies.map(({ file }) => file !== null)).toEqual([true, true, true]);
  expect(Math.max(...seen.map((running) => running.length))).toBe(1);
  const [words = []] = seen.find((running) => running.length > 0) ?? [];
  const threads = words.flatMap((word, index) => (word.endsWith('threads') ? [`${word} ${words[index + 1]}`] : []));
  expect(threads).toEqual(['-threads 3', '-filter_threads 3', '-threads 3']);
});
