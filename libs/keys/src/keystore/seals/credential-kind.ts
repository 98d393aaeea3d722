/** What a credential of systemd opens with. */
export type BoundTo = 'host' | 'tpm2' | 'host+tpm2' | 'nothing' | 'unknown';

/** The first 16 bytes of a credential name the kind of its key (systemd, src/shared/creds-util.h). */
const kinds: Record<string, BoundTo> = {
  '5a1c6a86df9d4096b1d5a65e0862f19a': 'host',
  '0c7cc07b117645919c4b0bea08bc20fe': 'tpm2',
  '93a894094874449090caf2fc93cab553': 'host+tpm2',
  '058469daf6f54324800549da0f8ea2fb': 'nothing',
};

/** What opens a credential, from its text in base64. */
export function credentialBoundTo(credential: string): BoundTo {
  const kind = Buffer.from(credential.slice(0, 24), 'base64').subarray(0, 16).toString('hex');
  return kinds[kind] ?? 'unknown';
}
