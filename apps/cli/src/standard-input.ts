import { HoldfastError } from '#kernel';

const longestSecret = 4096;

/** The first line of standard input, without its line end. Throws INPUT_EMPTY or INPUT_TOO_LONG. */
export async function readSecretLine(what: string): Promise<string> {
  let text = '';
  for await (const part of process.stdin.setEncoding('utf8')) {
    text += part;
    if (text.includes('\n') || text.length > longestSecret) break;
  }
  return checked(text.split('\n', 1)[0]?.replace(/\r$/, '') ?? '', what);
}

/** All lines of standard input that are not blank. Throws INPUT_EMPTY or INPUT_TOO_LONG. */
export async function readSecretLines(what: string): Promise<string[]> {
  let text = '';
  for await (const part of process.stdin.setEncoding('utf8')) {
    text += part;
    if (text.length > longestSecret) break;
  }
  checked(text.trim(), what);
  return text
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line.trim() !== '');
}

function checked(line: string, what: string): string {
  if (line.length > longestSecret)
    throw new HoldfastError('INPUT_TOO_LONG', {
      kind: 'invalid',
      message: `The ${what} on standard input is longer than ${longestSecret} characters.`,
    });
  if (line === '')
    throw new HoldfastError('INPUT_EMPTY', {
      kind: 'invalid',
      message: `There is no ${what} on standard input.`,
      action: `Write it there on one line, for example: printf '%s\\n' "$SECRET" | ./holdfast …`,
    });
  return line;
}
