import { argon2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { keyError } from '../../provider/key-error.ts';
import type { MadeSeal, MasterSeal, SealRecordOf, UnsealSecret } from './master-seal.ts';
import { unsealFailed, unwrapMaster, wrapMaster } from './master-wrap.ts';

type Record = SealRecordOf<'passphrase'>;
const derive = promisify(argon2);
/** RFC 9106, second recommended option with one lane. */
const cost = { memoryKib: 65_536, passes: 3 };
const leastBytes = 12;
const mostBytes = 1024;

async function deriveKey(passphrase: Buffer, salt: Buffer, { memoryKib, passes }: typeof cost): Promise<Buffer> {
  return derive('argon2id', { message: passphrase, nonce: salt, memory: memoryKib, passes, parallelism: 1, tagLength: 32 });
}

/** The master key under a passphrase that somebody types after every start: nothing on the machine opens it. */
export class PassphraseSeal implements MasterSeal<'passphrase'> {
  readonly kind = 'passphrase';
  readonly opensItself = false;

  async make(master: Buffer, storeId: string, { passphrase }: UnsealSecret): Promise<MadeSeal> {
    if (!passphrase || passphrase.length < leastBytes || passphrase.length > mostBytes)
      throw keyError('KEYS_SECRET_INVALID', `A passphrase for the keystore has ${leastBytes} to ${mostBytes} bytes.`);
    const salt = randomBytes(16);
    const key = await deriveKey(passphrase, salt, cost);
    const wrapped = wrapMaster(key, master, storeId, this.kind);
    key.fill(0);
    return { record: { kind: this.kind, salt: salt.toString('base64'), ...cost, wrapped }, shares: [] };
  }

  async open(record: Record, storeId: string, { passphrase }: UnsealSecret): Promise<Buffer> {
    if (!passphrase || passphrase.length > mostBytes) throw unsealFailed();
    const key = await deriveKey(passphrase, Buffer.from(record.salt, 'base64'), record);
    try {
      return unwrapMaster(key, record.wrapped, storeId, this.kind);
    } finally {
      key.fill(0);
    }
  }

  warning(): string | null {
    return null;
  }

  discard(): void {}
}
