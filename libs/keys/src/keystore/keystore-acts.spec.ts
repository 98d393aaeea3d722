import { expect, it } from 'vitest';
import { KeystoreActs } from './keystore-acts.ts';

it('notes what is done to the keystore, and nothing of what is done with keys', () => {
  const acts = new KeystoreActs();
  for (const verb of ['state', 'encrypt', 'rotate', 'constructor', 7]) acts.note({ verb });
  expect(acts.all).toEqual([]);
  acts.note({ verb: 'reseal', seal: 'passphrase', secret: 'passphrase', proof: 'none', by: 'ada' });
  expect(acts.last).toMatchObject({
    action: 'keystore.resealed',
    by: 'ada',
    detail: { seal: 'passphrase', secret: 'passphrase' },
  });
});

it('takes a name as a name only', () => {
  const acts = new KeystoreActs();
  acts.note({ verb: 'seal', by: `<b>\u001b[31mJosé\n(sudo by uid 1000)${'x'.repeat(300)}` });
  expect(acts.last?.by).toMatch(/^b31mJosé\(sudo by uid 1000\)x+$/);
  expect(acts.last?.by).toHaveLength(120);
  acts.note({ verb: 'seal', by: { toString: 'x' } });
  expect(acts.last?.by).toBeNull();
});

it('keeps the newest 200, and one of refusals that follow one another', () => {
  const acts = new KeystoreActs();
  for (let time = 0; time < 5; time++) acts.note({ verb: 'unseal', secret: 'passphrase' }, 'KEYS_UNSEAL_FAILED');
  expect(acts.all).toMatchObject([{ action: 'keystore.unsealed-refused', detail: { code: 'KEYS_UNSEAL_FAILED' } }]);
  acts.note({ verb: 'shares' }, 'KEYS_SEALED');
  expect(acts.all).toHaveLength(1);
  for (let time = 0; time < 250; time++) acts.note({ verb: 'seal', by: String(time) });
  expect(acts.all).toHaveLength(200);
  expect(acts.last?.by).toBe('249');
});
