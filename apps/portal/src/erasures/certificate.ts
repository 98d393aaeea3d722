import type { Erasure } from './erasure-words.ts';

/** What a certificate says, as far as people read it; the file has all of it. */
export interface CertificateFacts {
  destroyedAt: string;
  /** From when on no backup opens it; null: never by itself. */
  backupsUnreadableAt: string | null;
  publicKey: string;
}

/** Reads a certificate (docs/formats/erasure.md); undefined where it is none that this portal knows. */
export function readCertificate(document: Erasure['certificate']): CertificateFacts | undefined {
  const said = document?.certificate as Record<string, unknown> | undefined;
  if (said?.format !== 'holdfast-erasure-certificate-1') return undefined;
  const { destroyedAt, backupsUnreadableAt } = said;
  const { publicKey } = document as Record<string, unknown>;
  if (typeof destroyedAt !== 'string' || typeof publicKey !== 'string') return undefined;
  return {
    destroyedAt,
    publicKey,
    backupsUnreadableAt: typeof backupsUnreadableAt === 'string' ? backupsUnreadableAt : null,
  };
}

/** The certificate as a file that `verify_certificate.py` takes. */
export function certificateFile({ id, certificate }: Pick<Erasure, 'id' | 'certificate'>): { name: string; text: string } {
  return { name: `erasure-${id}.json`, text: `${JSON.stringify(certificate, null, 2)}\n` };
}
