import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';

/** Limits as the evaluation manifest has them, without replacing children in mid-measurement. */
export const benchSettings = {
  imageProcesses: 2,
  memoryMb: 1536,
  wallSeconds: 120,
  videoWallSeconds: 600,
  processes: 64,
  maxPixels: 268_435_456,
  maxFrames: 100_000,
  recycleAfterFiles: 100_000,
};

const folderOf = (name: string) => {
  const folder = join(tmpdir(), 'holdfast-bench', name);
  mkdirSync(folder, { recursive: true });
  return folder;
};

/** Real photographs (Debian's mate-backgrounds, where installed or unpacked by `holdfast up --sample`), or scenes made on the spot. */
async function originals(count: number): Promise<Buffer[]> {
  const samples = join(import.meta.dirname, '../../../var/samples');
  const places = ['/usr/share/backgrounds/mate/nature/*.jpg', join(samples, '**/mate/nature/*.jpg')];
  const photographs = places.flatMap((place) => globSync(place)).slice(0, count);
  if (photographs.length === count) return Promise.all(photographs.map((file) => sharp(file).removeAlpha().png().toBuffer()));
  return Promise.all(Array.from({ length: count }, (_, seed) => scene(seed)));
}

function scene(seed: number): Promise<Buffer> {
  const shapes = Array.from({ length: 400 }, (_, index) => {
    const value = (factor: number) => (index * factor * (seed + 3)) % 1000;
    return `<circle cx="${value(37)}" cy="${value(53)}" r="${4 + (value(17) % 60)}" fill="hsl(${value(7) % 360},60%,${20 + (value(11) % 60)}%)"/>`;
  });
  return sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="1000">${shapes.join('')}</svg>`))
    .png()
    .toBuffer();
}

/** A folder of JPEG photographs of one size with camera metadata, named 0.jpg and so on; made once. */
export async function photographs(width: number, height: number, count: number): Promise<string> {
  const folder = folderOf(`photographs-${width}x${height}`);
  if (existsSync(join(folder, `${count - 1}.jpg`))) return folder;
  for (const [index, bytes] of (await originals(count)).entries()) {
    await sharp(bytes)
      .resize(width, height, { fit: 'cover' })
      .withExif({
        IFD0: { Make: 'Canon', Model: 'EOS R5', Software: 'Holdfast' },
        IFD2: { DateTimeOriginal: '2024:05:01 12:30:15', FNumber: '28/10', ExposureTime: '1/250', LensModel: 'RF 24-70' },
        IFD3: {
          GPSLatitudeRef: 'N',
          GPSLatitude: '48/1 51/1 2800/100',
          GPSLongitudeRef: 'E',
          GPSLongitude: '2/1 17/1 4000/100',
        },
      })
      .jpeg({ quality: 88 })
      .toFile(join(folder, `${index}.jpg`));
  }
  return folder;
}

/** Two minutes of 1080p H.264 with a key frame every two seconds and a scene every four; made once. */
export function film(): string {
  const file = join(folderOf('film'), 'film.mp4');
  if (existsSync(file)) return file;
  const graph = 'testsrc2=s=1920x1080:r=25:d=120,hue=h=90*floor(t/4)';
  const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '50', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', graph, '-f', 'lavfi', '-i', 'sine=d=120', ...codec, file]);
  return file;
}
