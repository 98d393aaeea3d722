import { readFileSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { deflateSync } from 'node:zlib';

// Uses the installed appliance as a browser does, by way of nginx and its self-made certificate; prints what came of it as a line: use.ts first LINK | history | again
const [, , what, link = ''] = process.argv;
const email = 'ada@example.org';
const password = 'correct horse battery';
const cookieFile = '/out/cookie';
let cookie = '';

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects.
  body: any;
}

function ask(method: string, path: string, body?: object | Buffer, more: Record<string, string> = {}): Promise<Answer> {
  const bytes = Buffer.isBuffer(body) ? body : body ? Buffer.from(JSON.stringify(body)) : undefined;
  const type = bytes && !Buffer.isBuffer(body) ? { 'content-type': 'application/json' } : {};
  const length = bytes ? { 'content-length': String(bytes.length) } : {};
  const headers = {
    host: 'holdfast.test',
    'x-holdfast-request': '1',
    origin: 'https://holdfast.test',
    cookie,
    ...type,
    ...length,
    ...more,
  };
  return new Promise((settle, fail) => {
    const sent = request({ host: '127.0.0.1', port: 443, method, path, headers, rejectUnauthorized: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        const isJson = /json/.test(response.headers['content-type'] ?? '');
        settle({ status: response.statusCode ?? 0, headers: response.headers, body: isJson ? JSON.parse(text) : text });
      });
    });
    sent.on('error', fail);
    sent.end(bytes);
  });
}

/** A picture that no other is like, as PNG. */
function picture(): Buffer {
  const crc = (bytes: Buffer) => {
    let value = ~0;
    for (const byte of bytes) {
      value ^= byte;
      for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    }
    return ~value >>> 0;
  };
  const chunk = (name: string, data: Buffer) => {
    const named = Buffer.concat([Buffer.from(name), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc(named));
    return Buffer.concat([length, named, sum]);
  };
  const [width, height] = [320, 200];
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let at = 0; at < rows.length; at += 1) rows[at] = at % (1 + width * 3) === 0 ? 0 : (at * 7 + (at >> 8)) % 256;
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

async function upload(): Promise<Answer> {
  const bytes = picture();
  const name = Buffer.from('lighthouse at dawn.png').toString('base64');
  const tus = { 'tus-resumable': '1.0.0' };
  const made = await ask('POST', '/api/v1/uploads', undefined, {
    ...tus,
    'upload-length': String(bytes.length),
    'upload-metadata': `filename ${name}`,
  });
  if (made.status !== 201) return made;
  const more = { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
  return ask('PATCH', new URL(made.headers.location ?? '', 'https://holdfast.test').pathname, bytes, more);
}

/** Searches until a hit with all of its renditions is there. */
async function find(): Promise<{ hits: number; renditions: string; seconds: number }> {
  const from = Date.now();
  for (;;) {
    const { body } = await ask('POST', '/api/v1/search', { text: 'lighthouse' });
    const [hit] = body.hits ?? [];
    if (hit) {
      const thumbnail = await ask('GET', `/api/v1/assets/${hit.id}/renditions/thumbnail`);
      const kind = String(thumbnail.headers['content-type']);
      if (thumbnail.status === 200)
        return { hits: body.hits.length, renditions: kind, seconds: Math.round((Date.now() - from) / 1000) };
    }
    if (Date.now() - from > 120_000) {
      const asset = hit ? await ask('GET', `/api/v1/assets/${hit.id}`) : undefined;
      return { hits: body.hits?.length ?? 0, renditions: JSON.stringify(asset?.body ?? body).slice(0, 1500), seconds: 120 };
    }
    await new Promise((wake) => setTimeout(wake, 1000));
  }
}

function keep({ headers }: Answer): string {
  const [whole = ''] = headers['set-cookie'] ?? [];
  cookie = whole.split(';')[0] ?? '';
  writeFileSync(cookieFile, cookie);
  return whole.replace(/=[^;]*/, '=…').replace(/; Expires=.*/, '');
}

if (what === 'first') {
  const token = decodeURIComponent(link.split('#token=')[1] ?? '');
  const setUp = await ask('POST', '/api/v1/setup', { token, organisationName: 'Museum', displayName: 'Ada', email, password });
  const session = keep(setUp);
  const sent = await upload();
  const found = await find();
  const { body: system } = await ask('GET', '/api/v1/system');
  console.log(
    JSON.stringify({
      setUp: setUp.status,
      session,
      sent: sent.status,
      found,
      sandbox: system.sandbox,
      keeper: system.keys?.keeper,
    }),
  );
} else if (what === 'history') {
  cookie = readFileSync(cookieFile, 'utf8');
  const from = new Date(Date.now() - 600_000).toISOString();
  const { status, body } = await ask('GET', `/api/v1/telemetry/history?metric=nginx.connections&from=${from}&step=15`);
  const lines: { labels: { state: string } }[] = body.lines ?? [];
  console.log(`${status} ${lines.map(({ labels }) => labels.state).join(' ')}`);
} else {
  cookie = readFileSync(cookieFile, 'utf8');
  const session = await ask('GET', '/api/v1/session');
  const { status, body } = await ask('GET', '/api/v1/services/api/logs?lines=1000');
  const hasListened = body.lines?.some(({ text }: { text: string }) => text.includes('The API listens'));
  const log = { status, hasListened, reason: body.reason };
  console.log(JSON.stringify({ session: session.status, found: await find(), log }));
}
