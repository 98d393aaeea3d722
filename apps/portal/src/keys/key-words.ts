import type { Answer, System } from '../api/types.ts';
import { formatCount } from '../lib/format.ts';
import type { Tone } from '../ui/marks.tsx';

export type Key = Answer<'listKeys'>['items'][number];
export type KeyRotation = Answer<'listKeyRotations'>['items'][number];
type Keys = System['keys'];

export const stateWords: Record<Keys['state'], { word: string; tone: Tone }> = {
  READY: { word: 'Ready', tone: 'good' },
  DEGRADED: { word: 'Degraded', tone: 'warn' },
  UNSEALING: { word: 'Being unsealed', tone: 'warn' },
  SEALED: { word: 'Sealed', tone: 'bad' },
};

/** Why no key can be rotated while the keys are as they are, or false. */
export function cannotRotate(state: Keys['state'] | undefined): string | false {
  if (state === undefined || state === 'READY') return false;
  return `The keys are ${stateWords[state].word.toLowerCase()}: nothing is rotated until they are ready.`;
}

const seals: Record<string, { title: string; means: string }> = {
  file: { title: 'Key file', means: 'in the clear on this machine' },
  passphrase: { title: 'Passphrase', means: 'typed after every start' },
  shamir: { title: 'Shares', means: 'three of five people come after a start' },
  'systemd-creds': { title: 'Machine', means: 'opened by systemd, on this machine alone' },
};

/** What the master key lies under, in words, and whether that is to be worried about. */
export function sealWords({ provider, seal, boundTo }: Pick<Keys, 'provider' | 'seal' | 'boundTo'>): {
  title: string;
  means: string;
  tone?: Tone;
} {
  if (provider === 'vault') return { title: 'Vault', means: 'a server of your own keeps it' };
  if (seal === 'systemd-creds' && boundTo?.includes('tpm2'))
    return { title: 'Machine, TPM 2', means: 'opens on this board alone' };
  if (seal === 'systemd-creds' && boundTo !== null)
    return { title: 'Machine, no TPM', means: 'opens for whoever copies the disk', tone: 'warn' };
  return (seal !== null && seals[seal]) || { title: seal ?? '–', means: 'not known now' };
}

/** The recovery shares in words; undefined where there can be none, or nobody can say now. */
export function shareWords({ provider, seal, recoveryShares }: Pick<Keys, 'provider' | 'seal' | 'recoveryShares'>) {
  if (provider === 'vault' || seal === null) return undefined;
  return recoveryShares ? `${recoveryShares.threshold} of ${recoveryShares.shares} open it` : 'None were made';
}

/** Whose key it is. */
export function ownerWords({ kind, subject }: Pick<Key, 'kind' | 'subject'>): string {
  if (kind === 'organisation') return 'The organisation';
  return subject ?? (kind === 'person' ? 'A person who is no longer here' : 'A collection that is no longer here');
}

/** What the versions of a key wrap, the newest first: `v3: 1204 · v2: 17`. */
export function versionWords({ versions }: Pick<Key, 'versions'>): string {
  return versions.map(({ version, dataKeys, keys }) => `v${version}: ${formatCount(dataKeys + keys)}`).join(' · ');
}

/** The share of a rotation that is done, from 0 to 1; one that wraps nothing is done. */
export function rotationShare({ rewrapped, remaining }: Pick<KeyRotation, 'rewrapped' | 'remaining'>): number {
  const total = rewrapped + (remaining ?? 0);
  return total === 0 ? 1 : rewrapped / total;
}

const providerKeys: Record<string, string> = {
  'hf-organisation': "Provider's key for organisations",
  'hf-subject': "Provider's key for people and collections",
};

/** A provider's key in words. */
export function providerKeyWords(name: string): string {
  return providerKeys[name] ?? name;
}

const events: Record<string, { words: string; tone: Tone }> = {
  'keys.ready': { words: 'Ready.', tone: 'good' },
  'keys.degraded': { words: 'Degraded.', tone: 'warn' },
  'keys.unsealing': { words: 'Being unsealed.', tone: 'warn' },
  'keys.sealed': { words: 'Sealed.', tone: 'bad' },
  'keystore.made': { words: 'The keystore was made:', tone: 'good' },
  'keystore.unsealed': { words: 'Unsealed:', tone: 'good' },
  'keystore.sealed': { words: 'Locked away:', tone: 'warn' },
  'keystore.resealed': { words: 'Put under another seal:', tone: 'good' },
  'keystore.shares-made': { words: 'New recovery shares:', tone: 'good' },
  'provider-key.rotated': { words: "New version of the provider's key:", tone: 'good' },
  'provider-key.versions-destroyed': { words: "Old versions of the provider's key destroyed:", tone: 'good' },
};

/** Something that happened to the keys, in words that a reason or a name follows. */
export function eventWords(action: string): { words: string; tone: Tone } {
  if (action.endsWith('-refused')) return { words: 'Refused:', tone: 'bad' };
  return events[action] ?? { words: `${action}:`, tone: 'good' };
}
