import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { HoldfastError } from '#kernel';

const derive = promisify(argon2);

/** RFC 9106's second recommended option; 70 ms and 64 MiB on the reference core. */
const cost = { memory: 65536, passes: 3, parallelism: 1, tagLength: 32 } as const;
const maximumAtOnce = 2 * availableParallelism();
const maximumWaiting = 64;

let running = 0;
const waiting: (() => void)[] = [];

/** Bounds memory: at most two derivations per core run, a few wait, the rest is refused. */
async function oneOfFew<Result>(work: () => Promise<Result>): Promise<Result> {
  if (running >= maximumAtOnce) {
    if (waiting.length >= maximumWaiting)
      throw new HoldfastError('SIGN_IN_BUSY', {
        kind: 'throttled',
        message: 'Too many sign-ins at once.',
        action: 'Try again in a few seconds.',
        retryAfterSeconds: 3,
      });
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  running++;
  try {
    return await work();
  } finally {
    running--;
    waiting.shift()?.();
  }
}

/** Hash of a password as a PHC string: `$argon2id$v=19$m=…,t=…,p=…$salt$tag`. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await oneOfFew(() => derive('argon2id', { message: password.normalize('NFKC'), nonce, ...cost }));
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${nonce.toString('base64url')}$${tag.toString('base64url')}`;
}

/** Whether a password is the one behind a hash. Without a hash it spends the same time and answers no, so that unknown accounts cannot be told from known ones. */
export async function verifyPassword(password: string, hash: string | undefined): Promise<boolean> {
  const parts = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w-]+)\$([\w-]+)$/.exec(hash ?? '');
  const nonce = Buffer.from(parts?.[4] ?? 'AAAAAAAAAAAAAAAAAAAAAA', 'base64url');
  const expected = Buffer.from(parts?.[5] ?? '', 'base64url');
  const memory = Number(parts?.[1] ?? cost.memory);
  const passes = Number(parts?.[2] ?? cost.passes);
  const parallelism = Number(parts?.[3] ?? cost.parallelism);
  const tag = await oneOfFew(() =>
    derive('argon2id', { message: password.normalize('NFKC'), nonce, memory, passes, parallelism, tagLength: cost.tagLength }),
  );
  return expected.length === tag.length && timingSafeEqual(expected, tag);
}
