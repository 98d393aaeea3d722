import { z } from 'zod';
import { defineRoute, pageOf, pageQuery } from '#kernel';
import { keyKinds } from '../keyring/encryption-key.repository.ts';

const instant = z.iso.datetime();
const count = z.number().int();

const keyVersion = z.object({
  version: count,
  state: z.enum(['current', 'old']),
  madeAt: instant,
  replacedAt: instant.nullable(),
  dataKeys: count.describe('Keys of objects and uploads that this version wraps.'),
  keys: count.describe("Keys of people and collections below this version; only of the organisation's key."),
});

const key = z.object({
  id: z.uuid(),
  kind: z.enum(keyKinds),
  subjectId: z.uuid().nullable().describe('The account or collection; null for the organisation.'),
  subject: z.string().nullable().describe('Name of the person or collection, where it is still there.'),
  madeAt: instant,
  currentVersion: count.nullable().describe('Null once the key is destroyed.'),
  lastRotatedAt: instant.nullable(),
  destroyedAt: instant.nullable(),
  versions: z.array(keyVersion).describe('Those that still open something, the newest first.'),
});

const keyRotation = z.object({
  id: z.uuid(),
  keyId: z.uuid().nullable(),
  providerKey: z.string().nullable(),
  fromVersion: count,
  toVersion: count.nullable().describe('Null until the provider has made it.'),
  state: z.enum(['running', 'done']),
  rewrapped: count.describe('Keys wrapped anew so far.'),
  remaining: count.nullable().describe('Keys still to be wrapped anew; null once it is done.'),
  failed: count.describe('What could not be opened, and keeps the old version in use.'),
  startedAt: instant,
  finishedAt: instant.nullable(),
});
export type KeyRotationAnswer = z.input<typeof keyRotation>;

const providerKey = z.object({
  name: z.string(),
  latestVersion: count,
  madeAt: instant.describe('When the latest version was made.'),
  minimumVersion: count.describe('Older ones are destroyed.'),
  versions: count,
});

export const listKeys = defineRoute({
  id: 'listKeys',
  method: 'GET',
  path: '/keys',
  access: 'keys.read',
  summary: "The organisation's keys: whose they are, their versions and what each wraps",
  query: pageQuery,
  answer: pageOf(key),
});

export const listKeyRotations = defineRoute({
  id: 'listKeyRotations',
  method: 'GET',
  path: '/keys/rotations',
  access: 'keys.read',
  summary: "The newest rotations of the organisation's keys and of the provider's, and how far they are",
  answer: z.object({ items: z.array(keyRotation) }),
});

export const listProviderKeys = defineRoute({
  id: 'listProviderKeys',
  method: 'GET',
  path: '/keys/provider',
  access: 'keys.read',
  summary: "The key provider's keys and their versions",
  answer: z.object({ items: z.array(providerKey) }),
});

const keyEvent = z.object({
  id: z.string(),
  at: instant,
  action: z.string().describe('keys.ready, keys.sealed …, keystore.unsealed …, provider-key.rotated …'),
  by: z.string().describe('Who did it, as he was called; the appliance itself where nobody did.'),
  reason: z.string().nullable(),
});

export const listKeyHistory = defineRoute({
  id: 'listKeyHistory',
  method: 'GET',
  path: '/keys/history',
  access: 'keys.read',
  summary: 'What happened last to the key provider: its states, seals and versions, newest first',
  answer: z.object({ items: z.array(keyEvent) }),
});

export const rotateKey = defineRoute({
  id: 'rotateKey',
  method: 'POST',
  path: '/keys/:id/rotate',
  access: 'keys.update',
  summary: 'Give a key a new version; workers wrap anew what the old one wraps',
  params: z.object({ id: z.uuid() }),
  status: 202,
  answer: keyRotation,
});

export const rotateProviderKeys = defineRoute({
  id: 'rotateProviderKeys',
  method: 'POST',
  path: '/keys/provider/rotate',
  access: 'keys.update',
  summary: "Give the provider's keys new versions; workers wrap anew what the old ones wrap",
  status: 202,
  answer: z.object({ items: z.array(keyRotation) }),
});
