import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Programs that parsers call, and how each says its version. */
const tools = [
  { name: 'ffmpeg', command: 'ffmpeg', args: ['-version'] },
  { name: 'Tesseract OCR', command: 'tesseract', args: ['--version'] },
  { name: 'Poppler', command: 'pdfinfo', args: ['-v'] },
  { name: 'bubblewrap', command: 'bwrap', args: ['--version'] },
] as const;

export interface ToolVersion {
  name: string;
  /** Undefined where the program is missing or does not answer. */
  version: string | null;
}

let versions: Promise<ToolVersion[]> | undefined;

/** Versions of the programs on this machine; asked once per process. */
export function toolVersions(): Promise<ToolVersion[]> {
  versions ??= Promise.all(tools.map(async ({ name, command, args }) => ({ name, version: await ask(command, [...args]) })));
  return versions;
}

async function ask(command: string, args: string[]): Promise<string | null> {
  try {
    const { stdout, stderr } = await run(command, args, { timeout: 5000, maxBuffer: 65_536 });
    return /\d+\.\d+[\w.+-]*/.exec(stdout || stderr)?.[0] ?? null;
  } catch {
    return null;
  }
}
