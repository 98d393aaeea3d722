import { open } from 'node:fs/promises';
import { HoldfastError } from '#kernel';
import { askHidden, canAsk } from '../keys/hidden-prompt.ts';
import { readSecretLine } from '../standard-input.ts';

const longestFile = 4096;

/** How a command gets the passphrase of a sealed export; never as an argument, which every account of the machine could see. */
export const passphraseOptions = [
  { flags: '--passphrase-file <file>', summary: 'take the passphrase from the first line of a file' },
  { flags: '--passphrase-stdin', summary: 'read the passphrase from standard input' },
];

/** The passphrase of an export that is there, as bytes that the caller wipes. Throws EXPORT_PASSPHRASE_NEEDED where nobody can be asked. */
export async function readExportPassphrase(options: Record<string, unknown>): Promise<Buffer> {
  const { passphraseBytes } = await import('#keys');
  const given = await givenPassphrase(options);
  if (given !== undefined) return passphraseBytes(given);
  requireSomebody();
  return passphraseBytes(await askHidden('Passphrase of the export'));
}

/** The passphrase of an export that is to be made: asked for twice. Throws KEYS_PASSPHRASE_WEAK, EXPORT_PASSPHRASE_DIFFERS and EXPORT_PASSPHRASE_NEEDED. */
export async function readNewExportPassphrase(options: Record<string, unknown>): Promise<Buffer> {
  const { newPassphraseBytes, passphraseRule } = await import('#keys');
  const given = await givenPassphrase(options);
  if (given !== undefined) return newPassphraseBytes(given);
  requireSomebody();
  process.stderr.write(`${passphraseRule} Without it nobody can read the export, and nobody can help.\n`);
  const first = await askHidden('Passphrase for the export');
  const bytes = newPassphraseBytes(first);
  if ((await askHidden('The same again')) === first) return bytes;
  bytes.fill(0);
  throw new HoldfastError('EXPORT_PASSPHRASE_DIFFERS', {
    kind: 'invalid',
    message: 'The two are not the same.',
    action: 'Nothing was written; try again.',
  });
}

async function givenPassphrase({ passphraseFile, passphraseStdin }: Record<string, unknown>): Promise<string | undefined> {
  if (typeof passphraseFile === 'string') return firstLine(passphraseFile);
  return passphraseStdin === true ? readSecretLine('passphrase') : undefined;
}

async function firstLine(file: string): Promise<string> {
  const content = Buffer.alloc(longestFile + 1);
  try {
    const handle = await open(file, 'r');
    try {
      const { bytesRead } = await handle.read(content, 0, content.length, 0);
      const line = content.toString('utf8', 0, bytesRead).split('\n', 1)[0]?.replace(/\r$/, '') ?? '';
      if (line !== '' && Buffer.byteLength(line) <= longestFile) return line;
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw fileUnusable(file, `cannot be read (${(cause as NodeJS.ErrnoException).code})`);
  } finally {
    content.fill(0);
  }
  throw fileUnusable(file, 'has no passphrase in its first line');
}

function fileUnusable(file: string, what: string): HoldfastError {
  return new HoldfastError('EXPORT_PASSPHRASE_FILE', { kind: 'invalid', message: `The file ${file} ${what}.` });
}

function requireSomebody(): void {
  if (canAsk()) return;
  throw new HoldfastError('EXPORT_PASSPHRASE_NEEDED', {
    kind: 'invalid',
    message: 'A sealed export needs a passphrase, and there is nobody at the terminal to ask.',
    action: 'Give --passphrase-file FILE, or --passphrase-stdin and write it to standard input.',
  });
}
