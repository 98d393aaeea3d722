import { z } from 'zod';
import type { KeystoreStatus } from '../keystore/keystore-status.ts';
import type { SealKind } from '../keystore/seals/master-seal.ts';
import { keyError } from './key-error.ts';
import { KeystoreConnection } from './keystore-connection.adapter.ts';

/** A passphrase is stretched, a credential goes through systemd: both take their time on a busy machine. */
const timeoutMs = 60_000;

/** What opens the present seal: its passphrase, or shares. */
export interface PresentSecret {
  passphrase?: string | undefined;
  shares?: readonly string[] | undefined;
}

function proofOf({ passphrase, shares }: PresentSecret): { proof: 'none' | 'passphrase' | 'shares'; texts: readonly string[] } {
  if (shares) return { proof: 'shares', texts: shares };
  return passphrase === undefined ? { proof: 'none', texts: [] } : { proof: 'passphrase', texts: [passphrase] };
}

/** What an operator does with the embedded keystore, for commands and operations. Shares are answered once and never kept. */
export class KeystoreControl {
  private readonly connection: KeystoreConnection;
  private readonly by: string | undefined;

  /** `by` says who asks, for the audit. */
  constructor(socketPath: string, by?: string) {
    this.connection = new KeystoreConnection(socketPath);
    this.by = by;
  }

  /** How the keystore is. Throws KEYS_UNAVAILABLE when its process is away. */
  async status(): Promise<KeystoreStatus> {
    const { head } = await this.connection.ask({ verb: 'state' }, [], timeoutMs);
    const { success, data } = z.object({ status: z.looseObject({ state: z.string() }) }).safeParse(head);
    if (success) return data.status as unknown as KeystoreStatus;
    throw keyError('KEYS_PROTOCOL', 'The keystore does not say how it is.');
  }

  /** Makes a keystore where there is none; answers the shares of a seal that is made of them. Throws KEYS_STATE, KEYS_SECRET_INVALID or KEYS_SEAL_UNSUPPORTED. */
  initialise(seal: SealKind, passphrase?: string): Promise<string[]> {
    return this.withSecret('initialise', { seal }, 'passphrase', passphrase === undefined ? undefined : [passphrase]);
  }

  /** Unseals by a passphrase. Throws KEYS_UNSEAL_FAILED. */
  async unsealWithPassphrase(passphrase: string): Promise<void> {
    await this.withSecret('unseal', {}, 'passphrase', [passphrase]);
  }

  /** Unseals by the texts of shares, whatever the seal. Throws KEYS_UNSEAL_FAILED, without a hint which of them is wrong. */
  async unsealWithShares(shares: readonly string[]): Promise<void> {
    await this.withSecret('unseal', {}, 'shares', shares);
  }

  /** Unseals a keystore whose seal opens by itself, after somebody has sealed it or what it needs is back. Throws KEYS_UNSEAL_FAILED. */
  async unseal(): Promise<void> {
    await this.withSecret('unseal', {}, 'none');
  }

  /** Has the keystore forget its keys until it is unsealed. */
  async seal(): Promise<void> {
    await this.withSecret('seal', {}, 'none');
  }

  /**
   * Puts the same master key under another seal; answers the shares where it is made of them. Where the present seal needs somebody, `present` has
   * to open it once more. Throws KEYS_PROOF_NEEDED or KEYS_UNSEAL_FAILED.
   */
  reseal(seal: SealKind, passphrase?: string, present: PresentSecret = {}): Promise<string[]> {
    const { proof, texts } = proofOf(present);
    const fresh = passphrase === undefined ? [] : [passphrase];
    return this.withTexts({ verb: 'reseal', seal, secret: fresh.length > 0 ? 'passphrase' : 'none', proof }, [
      ...fresh,
      ...texts,
    ]);
  }

  /** Makes five recovery shares, of which three open the keystore whatever its seal. Earlier ones no longer do. Wants `present` as `reseal` does. */
  makeShares(present: PresentSecret = {}): Promise<string[]> {
    const { proof, texts } = proofOf(present);
    return this.withTexts({ verb: 'shares', proof }, texts);
  }

  /** Ends the connection to the keystore. */
  close(): void {
    this.connection.close();
  }

  private withSecret(
    verb: string,
    head: Record<string, unknown>,
    kind: 'none' | 'passphrase' | 'shares',
    texts: readonly string[] = [],
  ): Promise<string[]> {
    const secret = texts.length > 0 || kind === 'shares' ? kind : 'none';
    return this.withTexts({ verb, ...head, secret }, texts);
  }

  private async withTexts(head: Record<string, unknown>, texts: readonly string[]): Promise<string[]> {
    // The same passphrase from another keyboard: one of several Unicode forms.
    const parts = texts.map((text) => Buffer.from(text.normalize('NFKC')));
    try {
      const answer = await this.connection.ask({ ...head, by: this.by }, parts, timeoutMs);
      return answer.parts.map((part) => part.toString());
    } finally {
      for (const part of parts) part.fill(0);
    }
  }
}
