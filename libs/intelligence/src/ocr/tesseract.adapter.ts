import { HoldfastError } from '#kernel';
import { requireOk, runTool, type SandboxLimits } from '#sandbox';
import type { GreyPicture } from './picture-scaler.adapter.ts';
import { parseTesseract, type TesseractWord } from './tesseract-output.ts';

const command = '/usr/bin/tesseract';
/** One thread per picture: several pictures are read side by side (tesseract-ocr/tesseract, FAQ). */
const environment = { OMP_THREAD_LIMIT: '1' };
const limits: SandboxLimits = { memoryBytes: 1024 ** 3, wallSeconds: 300, processes: 8, outputBytes: 32 * 1024 * 1024 };

/** A way to look at a picture, and how much processor time it is worth. */
export interface Look {
  /** Tesseract's page segmentation mode: 3 for columns and paragraphs, 11 for scattered words as on signs. */
  segmentation: 3 | 11;
  /** Tesseract's thresholding method: 0 one threshold for all, 2 by neighbourhood, which bears shadows and costs much on grain. */
  threshold: 0 | 2;
  cpuSeconds: number;
}

/** What is installed. */
export interface TesseractInstallation {
  version: string;
  languages: string[];
}

/** Asks the program for its version and languages. Throws SANDBOX_TOOL_MISSING where it is not installed. */
export async function findTesseract(): Promise<TesseractInstallation> {
  const version = await ask('--version');
  const languages = await ask('--list-langs');
  return {
    version: /tesseract v?([\d.]+)/.exec(version)?.[1] ?? 'unknown',
    languages: languages
      .split('\n')
      .slice(1)
      .map((line) => line.trim())
      .filter((name) => name !== '' && name !== 'osd'),
  };
}

async function ask(question: string): Promise<string> {
  const result = requireOk(await runTool({ command, args: [question], environment, limits }), 'Tesseract', limits);
  return result.stdout.toString('utf8') || result.stderr;
}

/** What a look found; `words` is undefined where it took longer than it was worth. */
export interface Reading {
  words: TesseractWord[] | undefined;
  cpuMs: number;
}

/** The words that Tesseract sees in a picture. Throws the picture's error (`unprocessable`). */
export async function readWords(
  picture: GreyPicture,
  languages: string[],
  { segmentation, threshold, cpuSeconds }: Look,
  signal?: AbortSignal,
): Promise<Reading> {
  const options = ['-l', languages.join('+'), '--psm', String(segmentation), '-c', `thresholding_method=${threshold}`, 'tsv'];
  const args = ['stdin', 'stdout', ...options];
  const bounded = { ...limits, cpuSeconds };
  const result = await runTool({ command, args, input: { bytes: picture.pgm }, environment, limits: bounded, signal });
  if (result.outcome === 'timeout' && result.signal === 'SIGXCPU') return { words: undefined, cpuMs: result.cpuMs };
  requireOk(result, 'Tesseract', limits);
  return { words: parseTesseract(result.stdout.toString('utf8')), cpuMs: result.cpuMs };
}

/** The languages to look for. Throws OCR_LANGUAGE_MISSING with the package to install. */
export function requireLanguages(wanted: string[], { languages }: TesseractInstallation): string[] {
  const missing = wanted.filter((language) => !languages.includes(language));
  if (missing.length === 0 && wanted.length > 0) return wanted;
  throw new HoldfastError('OCR_LANGUAGE_MISSING', {
    kind: 'unavailable',
    message: `Tesseract has no data for ${missing.join(', ') || 'any language'}; it has ${languages.join(', ') || 'none'}.`,
    action: `Install ${missing.map((language) => `tesseract-ocr-${language.replaceAll('_', '-')}`).join(' ') || 'tesseract-ocr-eng'}.`,
    values: { missing, languages },
  });
}
