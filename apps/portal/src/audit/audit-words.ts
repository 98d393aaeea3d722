import type { Answer } from '../api/types.ts';
import { formatCounted } from '../lib/format.ts';

export type AuditEvent = Answer<'listAuditEvents'>['items'][number];

/** What was done, in words that follow a name. */
const deeds: Record<string, string> = {
  'session.started': 'signed in',
  'session.refused': 'was refused at sign-in',
  'account.created': 'added a person',
  'account.changed': 'changed an account',
  'account.password-changed': 'changed the own password',
  'asset.added': 'added a file',
  'asset.arrived-again': 'sent a file that was here already',
  'asset.updated': 'described an asset',
  'asset.trashed': 'moved to the trash',
  'asset.restored': 'took out of the trash',
  'asset.exported': 'exported originals',
  'asset.rerun': 'ran steps of an asset again',
  'tag.created': 'made a tag',
  'tag.renamed': 'renamed a tag',
  'tag.deleted': 'deleted a tag',
  'tag.confirmed': 'put on or confirmed a tag',
  'tag.rejected': 'rejected a tag',
  'tag.removed': 'took off a tag',
  'collection.created': 'made a collection',
  'collection.updated': 'described a collection',
  'collection.deleted': 'deleted a collection',
  'collection.assets-added': 'put into a collection',
  'collection.assets-removed': 'took out of a collection',
  'model.imported': 'imported a model',
  'model.enabled': 'enabled a model',
  'model.disabled': 'disabled a model',
  'config.changed': 'changed the configuration',
  'config.restored': 'put the configuration back',
  'config.adopted': 'took over a configuration edited by hand',
  'service.restarted': 'restarted a service',
  'key.rotation-asked': 'asked for a new version of a key',
  'key.rotated': 'rotated a key',
  'key.version-retired': 'retired an old version of a key',
  'provider-key.rotation-asked': 'asked for new versions of the provider’s keys',
  'key.gone': 'wrote down that a key is gone',
  'key.destroyed': 'destroyed a key',
  'keys.ready': 'found the keys ready',
  'keys.degraded': 'found the key provider away',
  'keys.unsealing': 'found the keys being unsealed',
  'keys.sealed': 'found the keys sealed',
  'keystore.made': 'made the keystore',
  'keystore.unsealed': 'unsealed the keystore',
  'keystore.sealed': 'sealed the keystore',
  'keystore.resealed': 'put the keystore under another seal',
  'keystore.shares-made': 'made recovery shares',
  'object-keys.destroyed': 'destroyed the keys of objects',
  'erasure.requested': 'asked for an erasure',
  'erasure.done': 'carried out an erasure',
  'erasure.certified': 'signed a certificate of erasure',
  'hold.placed': 'placed a legal hold',
  'hold.extended': 'put more under a legal hold',
  'hold.released': 'released a legal hold',
  'retention.updated': 'changed how long things are kept',
  'retention.run-asked': 'had deleted what is due',
  'retention.run-ended': 'deleted what was due',
  'trash.emptying-asked': 'emptied the trash',
  'asset.deleted': 'deleted assets for good',
  'storage.run-asked': 'had a plan of moves carried out',
  'storage.placement-wished': 'pinned an object or let it go',
};

/** Actions that can be asked for, in words, by what they concern. */
export const knownActions: readonly { action: string; words: string }[] = Object.entries(deeds).map(([action, words]) => ({
  action,
  words,
}));

/** A deed in words; one that this portal does not know keeps its own name. */
export function deedWords(action: string): string {
  return deeds[action] ?? action;
}

/** Who acts besides people. */
export const actorWords: Record<string, string> = {
  account: 'A person, signed in',
  command: 'A command on the machine',
  system: 'The appliance itself',
  job: 'A job of the appliance',
};

/** What the deed concerned, as far as the event says so by itself: a name, a change, a number of assets. */
export function aboutOf({ detail, target }: Pick<AuditEvent, 'detail' | 'target'>): string {
  const text = (key: string) => (typeof detail[key] === 'string' ? (detail[key] as string) : undefined);
  const parts: string[] = [];
  const [from, to] = [text('from'), text('to')];
  if (from !== undefined && to !== undefined) parts.push(`${from} → ${to}`);
  const name = text('name') ?? text('email');
  if (name) parts.push([name, text('version')].filter(Boolean).join(' '));
  if (text('role')) parts.push(`role ${text('role')}`);
  if (typeof detail.disabled === 'boolean') parts.push(detail.disabled ? 'disabled' : 'enabled');
  const count = Array.isArray(detail.assetIds) ? detail.assetIds.length : detail.assets;
  if (typeof count === 'number') parts.push(formatCounted(count, 'asset'));
  if (Array.isArray(detail.steps)) parts.push(detail.steps.join(', '));
  if (text('address')) parts.push(`from ${text('address')}`);
  if (parts.length > 0) return parts.join(', ');
  return target.id === 'several' ? `several of kind ${target.kind}` : '';
}
