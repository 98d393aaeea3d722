import { expect, it } from 'vitest';
import { readKeydOptions } from './keyd-options.ts';

const words = ['--folder', '/var/lib/holdfast-keyd', '--socket', '/run/holdfast-keyd/keyd.sock'];

it('takes the words of the unit, and reads no manifest then', () => {
  const key = ['--unit-key', '/run/credentials/k', '--unit-credential', '/etc/k.cred'];
  expect(readKeydOptions([...words, '--group', '--seal', 'systemd-creds', ...key])).toEqual({
    folder: '/var/lib/holdfast-keyd',
    socketPath: '/run/holdfast-keyd/keyd.sock',
    seal: 'systemd-creds',
    servesGroup: true,
    unitKey: { keyFile: '/run/credentials/k', sealedFile: '/etc/k.cred' },
  });
  expect(readKeydOptions(words)).toMatchObject({ seal: 'file', servesGroup: false });
});

it('refuses what is half said or means nothing', () => {
  const invalid = expect.objectContaining({ code: 'KEYD_OPTION_INVALID' });
  const wrong = [
    words.slice(2),
    ['--folder', 'here', ...words.slice(2)],
    [...words, '--seal', 'cloud'],
    [...words, '--port', '1'],
  ];
  for (const each of wrong) expect(() => readKeydOptions(each), each.join(' ')).toThrow(invalid);
});
