import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { samplePdf } from './sample-pdf.ts';

const run = promisify(execFile);

const scenes = [
  { name: 'sunset over the sea.jpg', sky: '#f08030', ground: '#203060', sun: '#ffe080' },
  { name: 'sunset over the dunes.jpg', sky: '#f07838', ground: '#604020', sun: '#ffd870' },
  { name: 'meadow at noon.jpg', sky: '#70b0f0', ground: '#40902c', sun: '#ffffe0' },
  { name: 'winter night.jpg', sky: '#101830', ground: '#c8d0e0', sun: '#e8e8ff' },
];

function sceneSvg({ sky, ground, sun }: (typeof scenes)[number]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="1067"><rect width="1600" height="1067" fill="${sky}"/>
    <circle cx="1150" cy="420" r="130" fill="${sun}"/><path d="M0 700 Q400 560 800 690 T1600 640 V1067 H0 Z" fill="${ground}"/></svg>`;
}

function signSvg(lines: string[]): string {
  const text = lines
    .map(
      (line, index) =>
        `<text x="120" y="${240 + index * 130}" font-family="DejaVu Sans, sans-serif" font-size="84">${line}</text>`,
    )
    .join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="1000"><rect width="1600" height="1000" fill="#fbfaf5"/>${text}</svg>`;
}

/** Documents that need no network: the appliance's own words. */
export function writeSampleDocuments(media: string): number {
  mkdirSync(join(media, 'Documents'), { recursive: true });
  writeFileSync(
    join(media, 'Documents', 'inventory.pdf'),
    samplePdf(['Inventory of the harbour museum', 'Lighthouse lens, brass, 1874', 'Model of the ferry Aurora, oak and linen']),
  );
  writeFileSync(
    join(media, 'Documents', 'visiting hours.txt'),
    'The harbour museum is open from Tuesday to Sunday.\nGroups are guided through the lighthouse on request.\n',
  );
  return 2;
}

/** Samples made on this machine, for when no package can be fetched. Answers how many files. */
export async function makeSamples(folder: string, tell: (line: string) => void): Promise<number> {
  const media = join(folder, 'media');
  for (const part of ['Photographs', 'Scans', 'Videos', 'Recordings']) mkdirSync(join(media, part), { recursive: true });
  const { default: sharp } = await import('sharp');
  tell('Drawing pictures with sharp');
  for (const scene of scenes)
    await sharp(Buffer.from(sceneSvg(scene)))
      .jpeg({ quality: 90 })
      .toFile(join(media, 'Photographs', scene.name));
  await sharp(Buffer.from(signSvg(['Rocket launch', 'Tuesday 14:30', 'Bring your telescope'])))
    .png()
    .toFile(join(media, 'Scans', 'notice.png'));
  tell('Making a video with ffmpeg and speech with espeak-ng');
  const quietly = ['-nostdin', '-loglevel', 'error', '-y'];
  const clip = join(media, 'Videos', 'moving pattern.mp4');
  if (!existsSync(clip))
    await run('ffmpeg', [
      ...quietly,
      '-f',
      'lavfi',
      '-i',
      'testsrc2=duration=12:size=1280x720:rate=25',
      '-f',
      'lavfi',
      '-i',
      'sine=frequency=440:duration=12',
      '-pix_fmt',
      'yuv420p',
      clip,
    ]);
  await run('espeak-ng', [
    '-w',
    join(media, 'Recordings', 'announcement.wav'),
    'The rocket will start on Tuesday. Please bring your telescope.',
  ]);
  return scenes.length + 3;
}
