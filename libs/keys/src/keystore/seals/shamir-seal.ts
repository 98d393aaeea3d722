import type { MadeSeal, MasterSeal, SealRecordOf, UnsealSecret } from './master-seal.ts';
import { makeShareSet, openWithShares } from './shares.ts';

/** The master key under shares alone: after every start three of five people have to come together. */
export class ShamirSeal implements MasterSeal<'shamir'> {
  readonly kind = 'shamir';
  readonly opensItself = false;

  async make(master: Buffer, storeId: string): Promise<MadeSeal> {
    const { record, shares } = makeShareSet(master, storeId);
    return { record: { kind: this.kind, ...record }, shares };
  }

  async open(record: SealRecordOf<'shamir'>, storeId: string, { shares }: UnsealSecret): Promise<Buffer> {
    return openWithShares(record, storeId, shares ?? []);
  }

  warning(): string | null {
    return null;
  }

  discard(): void {}
}
