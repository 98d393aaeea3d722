import type { KeyRotation } from '../src/keys/key-words.ts';
import type { Routes } from './call.ts';
import { idOf } from './random.ts';

const dayMs = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * dayMs).toISOString();
const history = [
  { id: '4', at: daysAgo(3), action: 'provider-key.rotated', by: 'Upkeep of keys', reason: null },
  { id: '3', at: daysAgo(5), action: 'keys.ready', by: 'Key provider', reason: null },
  { id: '2', at: daysAgo(5), action: 'keystore.unsealed', by: 'ada by command', reason: null },
  { id: '1', at: daysAgo(5), action: 'keys.sealed', by: 'Key provider', reason: 'Somebody has sealed the keystore.' },
];

const key = (number: number, kind: string, subject: string | null, version: number, dataKeys: number, keys = 0) => ({
  id: idOf(9, number),
  kind,
  subjectId: subject ? idOf(6, number) : null,
  subject,
  madeAt: daysAgo(400),
  currentVersion: version,
  lastRotatedAt: version > 1 ? daysAgo(3) : null,
  destroyedAt: null,
  versions: [
    { version, state: 'current', madeAt: daysAgo(3), replacedAt: null, dataKeys, keys },
    ...(version > 1
      ? [{ version: version - 1, state: 'old', madeAt: daysAgo(90), replacedAt: daysAgo(3), dataKeys: 0, keys: 0 }]
      : []),
  ],
});

/** A rotation that gets on while it is looked at. */
const begun = new Map<string, { at: number; keyId: string | null; providerKey: string | null }>();
const total = 12_040;
const perSecond = 2500;

function rotations(): KeyRotation[] {
  return [...begun].map(([id, { at, keyId, providerKey }]) => {
    const rewrapped = Math.min(total, Math.round(((Date.now() - at) / 1000) * perSecond));
    const isDone = rewrapped === total;
    const startedAt = new Date(at).toISOString();
    return {
      id,
      keyId,
      providerKey,
      fromVersion: 2,
      toVersion: 3,
      state: isDone ? 'done' : 'running',
      rewrapped,
      remaining: isDone ? null : total - rewrapped,
      failed: 0,
      startedAt,
      finishedAt: isDone ? new Date(at + (total / perSecond) * 1000).toISOString() : null,
    };
  });
}

function begin(keyId: string | null, providerKey: string | null): KeyRotation | undefined {
  const id = idOf(10, begun.size + 1);
  begun.set(id, { at: Date.now(), keyId, providerKey });
  return rotations().find((rotation) => rotation.id === id);
}

/** Keys, their versions and rotations. */
export const keyRoutes: Routes = [
  [
    'GET',
    /^\/keys$/,
    () => ({
      body: {
        items: [
          key(1, 'organisation', null, 2, 812, 3),
          key(2, 'person', 'Ada Rossi', 1, 64_201),
          key(3, 'person', 'Jonas Weber', 3, 35_799),
        ],
        nextCursor: null,
      },
    }),
  ],
  ['GET', /^\/keys\/history$/, () => ({ body: { items: history } })],
  ['GET', /^\/keys\/rotations$/, () => ({ body: { items: rotations() } })],
  [
    'GET',
    /^\/keys\/provider$/,
    () => ({
      body: {
        items: ['hf-organisation', 'hf-subject'].map((name) => ({
          name,
          latestVersion: 212,
          madeAt: daysAgo(0.4),
          minimumVersion: 181,
          versions: 32,
        })),
      },
    }),
  ],
  [
    'POST',
    /^\/keys\/provider\/rotate$/,
    () => ({ status: 202, body: { items: ['hf-organisation', 'hf-subject'].map((name) => begin(null, name)) } }),
  ],
  ['POST', /^\/keys\/([^/]+)\/rotate$/, (_call, id) => ({ status: 202, body: begin(id ?? null, null) })],
];
