import { type FileHandle, open } from 'node:fs/promises';
import { HoldfastError } from '#kernel';

/** Samples per second of everything that speech engines are given. */
export const sampleRate = 16_000;
const bytesPerSample = 2;
const mostHeaderChunks = 64;

/** A WAV file of 16-bit samples at 16 kHz in one channel, read a stretch at a time however long it is. */
export class WavReader {
  readonly durationSeconds: number;
  readonly #file: FileHandle;
  readonly #dataStart: number;
  readonly #dataBytes: number;

  /** Throws SPEECH_WAV_UNFIT for anything else. */
  static async open(path: string): Promise<WavReader> {
    const file = await open(path);
    try {
      const { start, bytes } = await findSamples(file);
      return new WavReader(file, start, bytes);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  private constructor(file: FileHandle, dataStart: number, dataBytes: number) {
    this.#file = file;
    this.#dataStart = dataStart;
    this.#dataBytes = dataBytes;
    this.durationSeconds = dataBytes / bytesPerSample / sampleRate;
  }

  /** Samples from a moment on, fewer at the end of the file. */
  async read(startSeconds: number, seconds: number): Promise<Int16Array> {
    const from = Math.min(this.#dataBytes, Math.round(startSeconds * sampleRate) * bytesPerSample);
    const length = Math.min(this.#dataBytes - from, Math.round(seconds * sampleRate) * bytesPerSample);
    const samples = new Int16Array(length / bytesPerSample);
    const bytes = new Uint8Array(samples.buffer);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await this.#file.read(bytes, filled, length - filled, this.#dataStart + from + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return samples.subarray(0, filled / bytesPerSample);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** Walks the RIFF chunks to the samples (Microsoft/IBM, Multimedia Programming Interface, 1991). */
async function findSamples(file: FileHandle): Promise<{ start: number; bytes: number }> {
  const { size } = await file.stat();
  const head = await readBytes(file, 0, 12);
  if (head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8, 12) !== 'WAVE') throw unfit('it is no WAV file');
  let position = 12;
  let fits = false;
  for (let count = 0; count < mostHeaderChunks && position + 8 <= size; count++) {
    const chunk = await readBytes(file, position, 8);
    const [name, length] = [chunk.toString('latin1', 0, 4), chunk.readUInt32LE(4)];
    const start = position + 8;
    if (name === 'fmt ') fits = isSpeechFormat(await readBytes(file, start, 16));
    if (name === 'data') {
      if (!fits) throw unfit('its samples are not 16-bit, 16 kHz, one channel');
      // A writer that could not seek back leaves the length at its largest; the file's own end is the truth then.
      const bytes = Math.min(length, size - start);
      return { start, bytes: bytes - (bytes % bytesPerSample) };
    }
    position = start + length + (length % 2);
  }
  throw unfit('it holds no samples');
}

function isSpeechFormat(format: Buffer): boolean {
  const [tag, channels, rate, bits] = [0, 2, 4, 14].map((at) => (at === 4 ? format.readUInt32LE(at) : format.readUInt16LE(at)));
  return (tag === 1 || tag === 0xfffe) && channels === 1 && rate === sampleRate && bits === 16;
}

async function readBytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead < length) throw unfit('it ends in its header');
  return buffer;
}

function unfit(why: string): HoldfastError {
  return new HoldfastError('SPEECH_WAV_UNFIT', { kind: 'unprocessable', message: `The sound cannot be transcribed: ${why}.` });
}
