import { extname } from 'node:path';
import { ParserPool } from '#sandbox';

/** A grey picture as Tesseract reads it, and its size in pixels. */
export interface GreyPicture {
  pgm: Uint8Array;
  width: number;
  height: number;
  /** Whether it was grain all over, now smoothed: careful reading would find letters in it. */
  grainy: boolean;
  /** Milliseconds of processor time that decoding and scaling took. */
  cpuMs: number;
}

/** How large pictures may be and how many are prepared at once. */
export interface ScalerSettings {
  maxPixels: number;
  memoryMb: number;
  wallSeconds: number;
}

const mebibyte = 1024 * 1024;

/** Decodes and scales pictures for text recognition in a sandboxed process of its own. */
export class PictureScaler {
  readonly #pool: ParserPool;
  readonly #maxPixels: number;

  constructor({ maxPixels, memoryMb, wallSeconds }: ScalerSettings) {
    this.#maxPixels = maxPixels;
    this.#pool = new ParserPool({
      name: 'text picture',
      module: new URL(`./picture-scaler.child${extname(import.meta.filename)}`, import.meta.url),
      packages: ['sharp'],
      replyBytes: 64 * mebibyte,
      limits: { memoryBytes: memoryMb * mebibyte, wallSeconds, processes: 64, outputBytes: 64 * mebibyte },
      processes: 1,
      recycleAfterFiles: 200,
      queueLimit: 100,
    });
  }

  /** Throws the file's error (`unprocessable`) for what is no picture or too large. */
  async prepare(bytes: Uint8Array, signal?: AbortSignal): Promise<GreyPicture> {
    const params = { maxPixels: this.#maxPixels };
    const { value, buffers, cpuMs } = await this.#pool.run({ method: 'grey', params, buffers: [bytes], signal });
    const { width, height, grainy } = value as Pick<GreyPicture, 'width' | 'height' | 'grainy'>;
    return { pgm: Buffer.concat(buffers), width, height, grainy, cpuMs };
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
