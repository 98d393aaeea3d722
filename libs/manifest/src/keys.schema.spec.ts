import { expect, it } from 'vitest';
import { keysSchema } from './keys.schema.ts';

const vault = { address: 'https://vault.example.org:8200', mount: 'transit', roleIdFile: 'role', secretIdFile: 'secret' };
const keys = { provider: 'vault', seal: 'file', cacheMinutes: 15, backupWindowDays: 30, vault };
const withAddress = (address: string) => keysSchema.safeParse({ ...keys, vault: { ...vault, address } }).success;

it('takes a Vault over TLS, and in the clear on this machine only', () => {
  for (const address of ['https://vault.example.org:8200', 'https://10.0.0.1', 'http://127.0.0.1:8200', 'http://[::1]:8200'])
    expect(withAddress(address), address).toBe(true);
  const unsafe = [
    'http://vault.example.org',
    'https://a:b@vault',
    'https://vault/v1',
    'https://vault?a',
    'ftp://vault',
    'file:///etc',
    'vault',
    '',
  ];
  for (const address of unsafe) expect(withAddress(address), address).toBe(false);
});

it('wants a Vault described where it is the provider', () => {
  expect(keysSchema.safeParse({ ...keys, vault: undefined }).success).toBe(false);
  expect(keysSchema.safeParse({ ...keys, provider: 'embedded', vault: undefined }).success).toBe(true);
});

it('takes the socket of a keystore that the machine runs by its whole path only', () => {
  const withSocket = (socket: string) => keysSchema.safeParse({ ...keys, provider: 'embedded', socket }).success;
  expect(withSocket('/run/holdfast-keyd/keyd.sock')).toBe(true);
  for (const socket of ['keyd.sock', '', '/', `/${'x'.repeat(101)}`]) expect(withSocket(socket), socket).toBe(false);
});
