import { execFile } from 'node:child_process';
import { keyError } from '../../provider/key-error.ts';
import type { MadeSeal, MasterSeal, SealRecordOf } from './master-seal.ts';
import { unsealFailed } from './master-wrap.ts';

type Record = SealRecordOf<'systemd-creds'>;
const timeLimitMs = 30_000;

interface Finished {
  isDone: boolean;
  output: Buffer;
  complaint: string;
}

/** The master key as a credential of systemd: bound to this installation and, where there is one, to its TPM. */
export class SystemdCredsSeal implements MasterSeal<'systemd-creds'> {
  readonly kind = 'systemd-creds';
  readonly opensItself = true;
  private readonly program: string;

  constructor(program = 'systemd-creds') {
    this.program = program;
  }

  async make(master: Buffer, storeId: string): Promise<MadeSeal> {
    const hasTpm = (await this.run(['has-tpm2', '--quiet'], Buffer.alloc(0))).isDone;
    const boundTo = hasTpm ? 'host+tpm2' : 'host';
    const keyWords = [`--with-key=${boundTo}`, ...(hasTpm ? ['--tpm2-pcrs=7'] : [])];
    const made = await this.run(['encrypt', ...keyWords, `--name=${this.nameFor(storeId)}`, '-', '-'], master);
    if (!made.isDone)
      throw keyError('KEYS_SEAL_UNSUPPORTED', `systemd-creds cannot seal the master key on this machine: ${made.complaint}`);
    const credential = made.output.toString('latin1').replaceAll(/\s/g, '');
    return { record: { kind: this.kind, boundTo, credential }, shares: [] };
  }

  async open(record: Record, storeId: string): Promise<Buffer> {
    const opened = await this.run(['decrypt', `--name=${this.nameFor(storeId)}`, '-', '-'], Buffer.from(record.credential));
    if (!opened.isDone) throw keyError('KEYS_UNSEAL_FAILED', `systemd-creds does not open the master key: ${opened.complaint}`);
    if (opened.output.length !== 32) throw unsealFailed();
    return opened.output;
  }

  warning(record: Record): string | null {
    if (record.boundTo === 'host+tpm2') return null;
    return "This machine offers no TPM 2: the master key is bound to the installation's own secret, which lies on its disk.";
  }

  discard(): void {}

  /** Credentials carry a name that is checked when they are opened: one of another store does not open. */
  private nameFor(storeId: string): string {
    return `hf-master-${storeId}`;
  }

  private run(words: string[], input: Buffer): Promise<Finished> {
    return new Promise((settle) => {
      const options = { encoding: 'buffer' as const, timeout: timeLimitMs, maxBuffer: 65_536, env: { PATH: '/usr/bin:/bin' } };
      const child = execFile(this.program, words, options, (error, output, errors) => {
        const missing = (error as NodeJS.ErrnoException | null)?.code === 'ENOENT';
        const complaint = missing
          ? 'it is not installed.'
          : errors.toString('utf8').trim().slice(-300) || 'it gives no reason.';
        settle({ isDone: error === null, output, complaint });
      });
      child.stdin?.on('error', () => {});
      child.stdin?.end(input);
    });
  }
}
