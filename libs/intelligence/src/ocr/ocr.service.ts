import { legibleLines, readingWeight } from './legible-words.ts';
import { type GreyPicture, PictureScaler, type ScalerSettings } from './picture-scaler.adapter.ts';
import type { RecognisedLine, RecognisedText } from './recognised-text.ts';
import { findTesseract, type Look, readWords, requireLanguages, type TesseractInstallation } from './tesseract.adapter.ts';

export interface OcrOptions {
  /** Tesseract's names, as `eng`; all that are installed unless given. */
  languages?: string[] | undefined;
  signal?: AbortSignal | undefined;
}

const asPage: Look = { segmentation: 3, threshold: 2, cpuSeconds: 20 };
const asPlainPage: Look = { segmentation: 3, threshold: 0, cpuSeconds: 20 };
const asSigns: Look = { segmentation: 11, threshold: 2, cpuSeconds: 8 };

/** A page read with less than this (letters weighed by confidence) is read again as scattered words. */
const littleText = 20;

/** Reads the text in pictures with Tesseract, behind walls. */
export class OcrService {
  readonly #scaler: PictureScaler;
  #installation: Promise<TesseractInstallation> | undefined;

  constructor(settings: ScalerSettings) {
    this.#scaler = new PictureScaler(settings);
  }

  /**
   * The text in a picture file that sharp reads (JPEG, PNG, WebP, …); no lines where there is none. Throws the file's error,
   * OCR_LANGUAGE_MISSING or SANDBOX_TOOL_MISSING.
   */
  async recogniseText(bytes: Uint8Array, options: OcrOptions = {}): Promise<RecognisedText> {
    const installation = await this.installation();
    const languages = requireLanguages(options.languages ?? installation.languages, installation);
    const picture = await this.#scaler.prepare(bytes, options.signal);
    const { lines, cpuMs } = await look(picture, languages, options.signal);
    return {
      engine: 'tesseract',
      engineVersion: installation.version,
      languages,
      lines,
      text: joinLines(lines),
      cpuMs: picture.cpuMs + cpuMs,
    };
  }

  /** Version and languages of the installed Tesseract, asked once. Throws SANDBOX_TOOL_MISSING where there is none. */
  installation(): Promise<TesseractInstallation> {
    this.#installation ??= findTesseract().catch((error: Error) => {
      this.#installation = undefined;
      throw error;
    });
    return this.#installation;
  }

  close(): Promise<void> {
    return this.#scaler.close();
  }
}

/**
 * Looks at a picture as a page, with an eye for shadows unless it was grain or that takes too long; and where little is found,
 * once more for scattered words.
 */
async function look(picture: GreyPicture, languages: string[], signal: AbortSignal | undefined) {
  let cpuMs = 0;
  const read = async (way: Look) => {
    const reading = await readWords(picture, languages, way, signal);
    cpuMs += reading.cpuMs;
    return reading.words && legibleLines(reading.words, picture);
  };
  const carefully = picture.grainy ? undefined : await read(asPage);
  const page = carefully ?? (await read(asPlainPage)) ?? [];
  const isEnough = carefully === undefined || readingWeight(page) >= littleText;
  const lines = isEnough ? page : better(page, (await read(asSigns)) ?? []);
  return { lines, cpuMs };
}

function better(one: RecognisedLine[], other: RecognisedLine[]): RecognisedLine[] {
  return readingWeight(other) > readingWeight(one) ? other : one;
}

/** Lines one below the other, with an empty line between blocks. */
export function joinLines(lines: RecognisedLine[]): string {
  return lines
    .map((line, index) => (index > 0 && lines[index - 1]?.block !== line.block ? `\n${line.text}` : line.text))
    .join('\n');
}
