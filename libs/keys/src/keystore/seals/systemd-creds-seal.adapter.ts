import { execFile } from 'node:child_process';
import { keyError } from '../../provider/key-error.ts';
import type { MadeSeal, MasterSeal, SealRecordOf } from './master-seal.ts';
import { unsealFailed, unwrapMaster, wrapMaster } from './master-wrap.ts';
import { readUnitKey, type UnitKeyFiles, unitKeyBoundTo } from './unit-key.adapter.ts';

type Record = SealRecordOf<'systemd-creds'>;
const timeLimitMs = 30_000;
const hostOnly =
  "The master key is bound to the installation's own secret, which lies on its disk, and not to a TPM 2: whoever copies the disk can read everything.";

interface Finished {
  isDone: boolean;
  output: Buffer;
  complaint: string;
}

/**
 * The master key under systemd, bound to this installation and, where there is one, to its TPM. A keystore that is a unit of systemd gets a key
 * from it at its start, which wraps the master key; any other asks systemd-creds itself, which needs root.
 */
export class SystemdCredsSeal implements MasterSeal<'systemd-creds'> {
  readonly kind = 'systemd-creds';
  readonly opensItself = true;
  private readonly program: string;
  private readonly unitKey: UnitKeyFiles | undefined;

  constructor(program = 'systemd-creds', unitKey?: UnitKeyFiles) {
    this.program = program;
    this.unitKey = unitKey;
  }

  async make(master: Buffer, storeId: string): Promise<MadeSeal> {
    if (this.unitKey) return this.wrapByUnit(this.unitKey, master, storeId);
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
    if (record.boundTo === 'unit') return this.openByUnit(record.wrapped, storeId);
    const opened = await this.run(['decrypt', `--name=${this.nameFor(storeId)}`, '-', '-'], Buffer.from(record.credential));
    if (!opened.isDone) throw keyError('KEYS_UNSEAL_FAILED', `systemd-creds does not open the master key: ${opened.complaint}`);
    if (opened.output.length !== 32) throw unsealFailed();
    return opened.output;
  }

  boundTo(record: Record): string {
    if (record.boundTo !== 'unit') return record.boundTo;
    return this.unitKey ? unitKeyBoundTo(this.unitKey) : 'unknown';
  }

  warning(record: Record): string | null {
    const boundTo = this.boundTo(record);
    if (boundTo === 'unknown')
      return 'It is not known whether the key that systemd opens for the keystore is bound to a TPM 2.';
    if (boundTo === 'nothing')
      return 'The key that systemd opens for the keystore is sealed with no key at all: make it again.';
    return boundTo === 'host' ? hostOnly : null;
  }

  discard(): void {}

  private wrapByUnit(unitKey: UnitKeyFiles, master: Buffer, storeId: string): MadeSeal {
    const key = readUnitKey(unitKey);
    try {
      return { record: { kind: this.kind, boundTo: 'unit', wrapped: wrapMaster(key, master, storeId, this.kind) }, shares: [] };
    } finally {
      key.fill(0);
    }
  }

  private openByUnit(wrapped: string, storeId: string): Buffer {
    if (!this.unitKey)
      throw keyError(
        'KEYS_UNSEAL_FAILED',
        'The master key opens with a key that systemd hands to the unit holdfast-keyd, and this process is not that unit or got none.',
      );
    const key = readUnitKey(this.unitKey);
    try {
      return unwrapMaster(key, wrapped, storeId, this.kind);
    } finally {
      key.fill(0);
    }
  }

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
