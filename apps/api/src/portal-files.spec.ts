import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Appliance } from '#manifest';
import { servePortal } from './portal-files.ts';

const checkout = mkdtempSync(join(tmpdir(), 'holdfast-portal-'));
const script = 'export const answer = 42;\n'.repeat(100);
let fastify: FastifyInstance;

function build(folder: string, version: string): void {
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), `<!doctype html><title>Holdfast ${version}</title>`);
  writeFileSync(join(folder, 'assets', `main-${version}.js`), script);
  writeFileSync(join(folder, 'assets', `main-${version}.js.br`), brotliCompressSync(script));
}

beforeAll(async () => {
  build(join(checkout, 'dist', 'portal'), 'one');
  writeFileSync(join(checkout, 'secret.txt'), 'for nobody');
  fastify = Fastify();
  await servePortal(fastify, { checkout } as Appliance);
});
afterAll(async () => {
  await fastify.close();
  rmSync(checkout, { recursive: true });
});

const get = (url: string, headers: Record<string, string> = {}) => fastify.inject({ url, headers });
const page = { accept: 'text/html,*/*' };

test('every address of the portal answers with its page, which is asked for again each time', async () => {
  for (const address of ['/', '/search?text=rocket', '/assets-of-mine']) {
    const answer = await get(address, page);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({ 'content-type': expect.stringContaining('text/html'), 'cache-control': 'no-cache' });
    expect(answer.body).toContain('Holdfast one');
  }
});

test('files named by their content are kept for good, and sent compressed to whom can read that', async () => {
  const plain = await get('/assets/main-one.js');
  expect(plain.headers).toMatchObject({
    'cache-control': expect.stringContaining('immutable'),
    'content-type': expect.stringContaining('javascript'),
  });
  expect(plain.body).toBe(script);
  const small = await get('/assets/main-one.js', { 'accept-encoding': 'gzip, br' });
  expect(small.headers).toMatchObject({
    'content-encoding': 'br',
    vary: 'accept-encoding',
    'cache-control': expect.stringContaining('immutable'),
    'content-type': expect.stringContaining('javascript'),
  });
  expect(brotliDecompressSync(small.rawPayload).toString()).toBe(script);
});

test('what is no page and no file is refused, also by way of other folders', async () => {
  for (const address of [
    '/assets/gone.js',
    '/..%2f..%2fsecret.txt',
    '/assets/../../../secret.txt',
    '/%00',
    '/%',
    '/api/v1/nothing',
  ]) {
    const answer = await get(address);
    expect([400, 404], address).toContain(answer.statusCode);
    expect(answer.body, address).not.toContain('for nobody');
  }
  expect((await get('/api/v1/nothing', page)).json()).toMatchObject({ code: 'ROUTE_NOT_FOUND' });
});

test('a portal that is built anew underneath is served from then on', async () => {
  build(join(checkout, 'dist', 'next'), 'two');
  renameSync(join(checkout, 'dist', 'portal'), join(checkout, 'dist', 'old'));
  renameSync(join(checkout, 'dist', 'next'), join(checkout, 'dist', 'portal'));
  expect((await get('/', page)).body).toContain('Holdfast two');
  expect((await get('/assets/main-two.js')).body).toBe(script);
  expect((await get('/assets/main-one.js')).statusCode).toBe(404);
});
