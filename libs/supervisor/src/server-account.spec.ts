import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { privateViewScript } from './private-view.ts';
import { planView } from './server-account.ts';

test('only the outermost closed folder is opened, and only what is needed is shown in it', () => {
  const plan = planView(['/root/a/holdfast', '/root/a/holdfast/var'], ['/root', '/root/a']);
  expect(plan).toEqual({ hidden: ['/root'], shown: ['/root/a/holdfast'] });
});

test('a home elsewhere is shown beside the checkout', () => {
  const plan = planView(['/root/holdfast', '/root/data'], ['/root']);
  expect(plan).toEqual({ hidden: ['/root'], shown: ['/root/holdfast', '/root/data'] });
});

test('what can be reached anyway is left alone', () => {
  expect(planView(['/root/holdfast', '/srv/data'], ['/root'])).toEqual({ hidden: ['/root'], shown: ['/root/holdfast'] });
});

const canUnshare = process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0;

/** Runs a command as `nobody` in a private view. */
function inView(hidden: string[], shown: string[], ...command: string[]) {
  const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'];
  const words = ['--mount', '--propagation', 'private', '/bin/sh', '-c', privateViewScript, 'view'];
  return spawnSync('unshare', [...words, ...hidden, '--', ...shown, '--', ...asNobody, ...command], {
    cwd: '/',
    encoding: 'utf8',
  });
}

test('a private view opens a folder that root keeps to itself, and nothing outside changes', (context) => {
  if (!canUnshare) context.skip('needs root and unshare(1)');
  const closed = mkdtempSync('/tmp/holdfast view ');
  try {
    for (const name of ['shown', 'not-shown']) {
      mkdirSync(join(closed, name));
      writeFileSync(join(closed, name, 'file'), name);
    }
    chmodSync(closed, 0o700);
    const shown = join(closed, 'shown');
    expect(inView([closed], [shown], 'cat', join(shown, 'file')).stdout).toBe('shown');
    expect(inView([closed], [shown], 'cat', join(closed, 'not-shown', 'file')).status).not.toBe(0);
    const outside = spawnSync('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', 'cat', join(shown, 'file')]);
    expect(outside.status).not.toBe(0);
  } finally {
    rmSync(closed, { recursive: true });
  }
});

test('a checkout that is closed itself is shown with all its entries', (context) => {
  if (!canUnshare) context.skip('needs root and unshare(1)');
  const closed = mkdtempSync('/tmp/holdfast-view-');
  try {
    writeFileSync(join(closed, 'package.json'), 'visible');
    writeFileSync(join(closed, '.npmrc'), 'hidden file');
    mkdirSync(join(closed, 'libs'));
    writeFileSync(join(closed, 'libs', 'a b.ts'), 'inner');
    chmodSync(closed, 0o700);
    const files = ['package.json', '.npmrc', 'libs/a b.ts'].map((name) => join(closed, name));
    expect(inView([closed], [closed], 'cat', ...files).stdout).toBe('visiblehidden fileinner');
  } finally {
    rmSync(closed, { recursive: true });
  }
});
