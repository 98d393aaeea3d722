import { expect, test } from 'vitest';
import { loadAppliance } from '#manifest';
import { serverDefinitions } from './services.ts';

test('the appliance starts a keystore unless the machine runs one, or a Vault keeps the keys', () => {
  const namesWith = (keys: object) => {
    const appliance = loadAppliance({ HOLDFAST_HOME: '/nowhere' });
    Object.assign(appliance.keys, keys);
    return serverDefinitions(appliance).map(({ name }) => name);
  };
  expect(namesWith({})).toEqual(['postgres', 'redis', 'keyd']);
  expect(namesWith({ socket: '/run/holdfast-keyd/keyd.sock' })).toEqual(['postgres', 'redis']);
  expect(namesWith({ provider: 'vault' })).toEqual(['postgres', 'redis']);
});
