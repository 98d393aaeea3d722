import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { idOf } from './random.ts';

interface Upload {
  length: number;
  offset: number;
  assetId: string | undefined;
}

const uploads = new Map<string, Upload>();
const bytesPerTick = 400_000;

/** The tus protocol as far as the portal speaks it, at the pace of a slow line. */
export async function handleUpload(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  push: (event: string, payload: unknown) => void,
): Promise<void> {
  response.setHeader('Tus-Resumable', '1.0.0');
  if (request.method === 'POST') {
    const id = randomUUID();
    uploads.set(id, { length: Number(request.headers['upload-length']), offset: 0, assetId: undefined });
    response.statusCode = 201;
    response.setHeader('Location', `/api/v1/uploads/${id}`);
    return void response.end();
  }
  const upload = uploads.get(url.pathname.split('/').at(-1) ?? '');
  if (!upload) {
    response.statusCode = 404;
    return void response.end();
  }
  if (request.method === 'GET') {
    upload.assetId ??= idOf(1, 12);
    response.setHeader('content-type', 'application/json');
    return void response.end(JSON.stringify({ state: 'stored', assetId: upload.assetId, duplicate: false, error: null }));
  }
  if (request.method === 'PATCH') {
    for await (const part of request) {
      upload.offset += (part as Buffer).byteLength;
      await new Promise((resolve) => setTimeout(resolve, ((part as Buffer).byteLength / bytesPerTick) * 100));
    }
    if (upload.offset >= upload.length) finish(upload, response, push);
    response.statusCode = 204;
  }
  response.setHeader('Upload-Offset', upload.offset);
  response.setHeader('Upload-Length', upload.length);
  response.end();
}

function finish(upload: Upload, response: ServerResponse, push: (event: string, payload: unknown) => void): void {
  const assetId = idOf(1, 10 + Math.floor(Math.random() * 50));
  upload.assetId = assetId;
  response.setHeader('Holdfast-Asset-Id', assetId);
  const steps = ['probe', 'renditions', 'recognise', 'text', 'embed', 'index'];
  steps.forEach((step, order) => {
    setTimeout(() => push('ledger.advanced', { assetId, step, state: 'running' }), 400 + order * 500);
  });
  setTimeout(() => push('asset.changed', { id: assetId, state: 'ready', version: 2 }), 400 + steps.length * 500);
}
