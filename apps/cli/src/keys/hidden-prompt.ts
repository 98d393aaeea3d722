import { HoldfastError } from '#kernel';

const enter = new Set(['\r', '\n']);
const erase = new Set(['\u007f', '\b']);
const endOfText = '\u0003';

/** Asks for a secret at the terminal; what is typed is not shown. Throws INPUT_CANCELLED at Ctrl-C, INPUT_EMPTY. */
export async function askHidden(question: string): Promise<string> {
  const { stdin, stderr } = process;
  // First of all, so that nothing is shown of what somebody types the moment he sees the question.
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stderr.write(`${question}: `);
  try {
    const typed = await readUntilEnter();
    if (typed === '') throw new HoldfastError('INPUT_EMPTY', { kind: 'invalid', message: 'Nothing was typed.' });
    return typed;
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write('\n');
  }
}

/** Whether somebody can be asked. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true;
}

function readUntilEnter(): Promise<string> {
  const { stdin } = process;
  return new Promise((settle, fail) => {
    let typed = '';
    const done = (end: () => void) => {
      stdin.off('data', take);
      end();
    };
    const take = (piece: string) => {
      for (const letter of piece) {
        if (enter.has(letter)) return done(() => settle(typed));
        if (letter === endOfText) return done(() => fail(cancelled()));
        typed = erase.has(letter) ? [...typed].slice(0, -1).join('') : typed + letter;
      }
    };
    stdin.on('data', take).resume();
  });
}

function cancelled(): HoldfastError {
  return new HoldfastError('INPUT_CANCELLED', { kind: 'invalid', message: 'Cancelled.' });
}
