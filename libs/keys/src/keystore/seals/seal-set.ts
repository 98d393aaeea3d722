import { FileSeal } from './file-seal.ts';
import type { MasterSeal, SealKind, SealRecord } from './master-seal.ts';
import { PassphraseSeal } from './passphrase-seal.ts';
import { ShamirSeal } from './shamir-seal.ts';
import { SystemdCredsSeal } from './systemd-creds-seal.adapter.ts';
import type { UnitKeyFiles } from './unit-key.adapter.ts';

/** The seals of one keystore, by kind. */
export type SealSet = { [Kind in SealKind]: MasterSeal<Kind> };

/** The seals of a keystore that lies in the given folder; `unitKey` where systemd hands it a key. */
export function sealsFor(folder: string, unitKey?: UnitKeyFiles): SealSet {
  return {
    file: new FileSeal(folder),
    passphrase: new PassphraseSeal(),
    shamir: new ShamirSeal(),
    'systemd-creds': new SystemdCredsSeal('systemd-creds', unitKey),
  };
}

/** The seal of a kind. */
export function sealNamed(seals: SealSet, kind: SealKind): MasterSeal {
  // Each opens the records of its own kind only; whoever has a record asks sealOf.
  return seals[kind] as MasterSeal;
}

/** The seal that made a record. */
export function sealOf(seals: SealSet, record: SealRecord): MasterSeal {
  return sealNamed(seals, record.kind);
}
