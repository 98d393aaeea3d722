import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';

function withFolder(make: (folder: string) => void, name: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-sample-'));
  try {
    make(folder);
    return readFileSync(join(folder, name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function ffmpeg(...args: string[]): void {
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-nostdin', ...args]);
}

/** Speech of espeak-ng as WAV. */
export function speak(text: string): Buffer {
  return withFolder((folder) => execFileSync('espeak-ng', ['-w', join(folder, 'speech.wav'), '-s', '130', text]), 'speech.wav');
}

/** A video of two scenes, with a tone or with speech. */
export function makeVideo({
  seconds = 4,
  speech,
  isMute = false,
}: {
  seconds?: number;
  speech?: string;
  isMute?: boolean;
} = {}): Buffer {
  return withFolder((folder) => {
    const half = seconds / 2;
    const sound = ['-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`];
    if (speech) {
      execFileSync('espeak-ng', ['-w', join(folder, 'speech.wav'), speech]);
      sound.splice(0, 4, '-i', join(folder, 'speech.wav'));
    }
    ffmpeg(
      ...['-f', 'lavfi', '-i', `testsrc2=duration=${half}:size=320x240:rate=12`],
      ...['-f', 'lavfi', '-i', `mandelbrot=size=320x240:rate=12,trim=duration=${half}`],
      ...sound,
      ...['-filter_complex', '[0:v]format=yuv420p[a];[1:v]format=yuv420p[b];[a][b]concat=n=2:v=1:a=0[v]'],
      ...[
        '-map',
        '[v]',
        ...(isMute ? [] : ['-map', '2:a']),
        '-c:v',
        'libx264',
        '-preset',
        'ultrafast',
        '-g',
        '12',
        '-c:a',
        'aac',
        '-shortest',
      ],
      join(folder, 'video.mp4'),
    );
  }, 'video.mp4');
}

/** A tone with a title. */
export function makeSound(seconds = 2, title = 'Evening bells'): Buffer {
  return withFolder(
    (folder) =>
      ffmpeg(
        '-f',
        'lavfi',
        '-i',
        `sine=frequency=330:duration=${seconds}`,
        '-metadata',
        `title=${title}`,
        join(folder, 'sound.mp3'),
      ),
    'sound.mp3',
  );
}

/** A white page with black words, large enough to be read. */
export function makeWrittenPicture(text: string, width = 1000, height = 400): Promise<Buffer> {
  const lines = text
    .split('\n')
    .map((line, index) => `<text x="60" y="${120 + index * 90}" font-size="64" font-family="DejaVu Sans">${line}</text>`);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="white"/>${lines.join('')}</svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 92 }).toBuffer();
}

/** A PDF of a page for each text, and for each picture a page that shows only its scan. */
export function makePdf(pages: (string | { jpeg: Buffer; width: number; height: number })[]): Buffer {
  const objects: Buffer[] = [];
  const add = (content: string | Buffer) => objects.push(Buffer.isBuffer(content) ? content : Buffer.from(content));
  const first = 4;
  add('<< /Type /Catalog /Pages 2 0 R >>');
  add(`<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, index) => `${first + index * 3} 0 R`).join(' ')}] >>`);
  add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>');
  pages.forEach((page, index) => {
    const at = first + index * 3;
    add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${at + 1} 0 R /Resources << /Font << /F 3 0 R >> /XObject << /I ${at + 2} 0 R >> >> >>`,
    );
    const content = typeof page === 'string' ? `BT /F 18 Tf 60 760 Td (${page}) Tj ET` : 'q 500 0 0 300 45 500 cm /I Do Q';
    add(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
    const picture = typeof page === 'string' ? undefined : page;
    add(
      picture
        ? Buffer.concat([
            Buffer.from(
              `<< /Type /XObject /Subtype /Image /Width ${picture.width} /Height ${picture.height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode /Length ${picture.jpeg.length} >>\nstream\n`,
            ),
            picture.jpeg,
            Buffer.from('\nendstream'),
          ])
        : '<< >>',
    );
  });
  const parts: Buffer[] = [Buffer.from('%PDF-1.4\n')];
  const offsets: number[] = [];
  let length = parts[0]?.length ?? 0;
  objects.forEach((content, index) => {
    const part = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), content, Buffer.from('\nendobj\n')]);
    offsets.push(length);
    length += part.length;
    parts.push(part);
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  parts.push(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${length}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}

/** A photograph-like picture: no two seeds look alike, equal seeds do. */
export async function makePicture(seed: number, { width = 800, height = 600, quality = 85 } = {}): Promise<Buffer> {
  const pixels = Buffer.alloc(16 * 12 * 3);
  let state = seed * 2654435761 + 1;
  for (let index = 0; index < pixels.length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    pixels[index] = state >>> 24;
  }
  return sharp(pixels, { raw: { width: 16, height: 12, channels: 3 } })
    .resize(width, height, { kernel: 'cubic' })
    .jpeg({ quality })
    .toBuffer();
}

/** A silent film with subtitles in its container, as MP4. Each line is shown for two seconds from its second on. */
export function makeSubtitledVideo(lines: [second: number, text: string][], language = 'eng'): Buffer {
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = (second: number) => `00:${two(Math.floor(second / 60))}:${two(second % 60)},000`;
  const srt = lines.map(([second, text], at) => `${at + 1}\n${clock(second)} --> ${clock(second + 2)}\n${text}\n`).join('\n');
  const seconds = Math.max(...lines.map(([second]) => second)) + 5;
  return withFolder((folder) => {
    writeFileSync(join(folder, 'lines.srt'), srt);
    ffmpeg(
      ...['-f', 'lavfi', '-i', `testsrc2=duration=${seconds}:size=160x120:rate=4`, '-i', join(folder, 'lines.srt')],
      ...['-map', '0:v', '-map', '1', '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:s', 'mov_text'],
      ...['-metadata:s:s:0', `language=${language}`, join(folder, 'film.mp4')],
    );
  }, 'film.mp4');
}
