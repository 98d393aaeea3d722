import { z } from 'zod';
import { keySealKinds } from '#manifest';

/** The ways to keep the master key. */
export const sealKinds = keySealKinds;
export type SealKind = (typeof sealKinds)[number];

const base64 = z.base64();
const sealedByShares = {
  setId: z.string().regex(/^[0-9a-f]{12}$/),
  threshold: z.number().int().min(2).max(255),
  shares: z.number().int().min(2).max(255),
  wrapped: base64,
};

/** What the store file says of a seal: everything that is needed to open it again but the secret. */
export const sealRecordSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('file'), keyFile: z.string().regex(/^host-[0-9a-f]{16}\.key$/), wrapped: base64 }),
  z.strictObject({
    kind: z.literal('passphrase'),
    salt: base64,
    // Bounds for what a store file may ask for, not the cost in use: that is in passphrase-seal.ts.
    memoryKib: z.number().int().min(8192).max(2_097_152),
    passes: z.number().int().min(1).max(64),
    wrapped: base64,
  }),
  z.strictObject({ kind: z.literal('shamir'), ...sealedByShares }),
  z.discriminatedUnion('boundTo', [
    z.strictObject({ kind: z.literal('systemd-creds'), boundTo: z.enum(['host', 'host+tpm2']), credential: base64 }),
    z.strictObject({ kind: z.literal('systemd-creds'), boundTo: z.literal('unit'), wrapped: base64 }),
  ]),
]);
export type SealRecord = z.output<typeof sealRecordSchema>;
export type SealRecordOf<Kind extends SealKind> = Extract<SealRecord, { kind: Kind }>;

/** Recovery shares, which open the keystore whatever its seal. */
export const recoveryRecordSchema = z.strictObject({ ...sealedByShares, createdAt: z.iso.datetime() });
export type RecoveryRecord = z.output<typeof recoveryRecordSchema>;

/** What somebody brings to unseal: a passphrase (UTF-8, NFKC) or the texts of shares. Wiped by whoever took it in. */
export interface UnsealSecret {
  passphrase?: Buffer | undefined;
  shares?: Buffer[] | undefined;
}

/** A seal that was made: what to write down, and for shares the texts that are shown once. */
export interface MadeSeal {
  record: SealRecord;
  shares: Buffer[];
}

/** One way to keep the master key (32 bytes). `storeId` is bound in, so that a seal opens its own store only. */
export interface MasterSeal<Kind extends SealKind = SealKind> {
  readonly kind: Kind;
  /** Whether it opens without anybody's help. */
  readonly opensItself: boolean;
  /** Seals the master key. Throws KEYS_SECRET_INVALID or KEYS_SEAL_UNSUPPORTED. */
  make(master: Buffer, storeId: string, secret: UnsealSecret): Promise<MadeSeal>;
  /** The master key. Throws KEYS_UNSEAL_FAILED, the same for whatever is wrong with the secret. */
  open(record: SealRecordOf<Kind>, storeId: string, secret: UnsealSecret): Promise<Buffer>;
  /** What the seal opens with, where that differs from machine to machine. */
  boundTo?(record: SealRecordOf<Kind>): string;
  /** A sentence about what this seal does not protect from; null when there is nothing to warn of. */
  warning(record: SealRecordOf<Kind>): string | null;
  /** Removes what a seal that is no longer in use has left outside the store file. */
  discard(record: SealRecordOf<Kind>): void;
}
