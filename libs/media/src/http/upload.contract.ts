import { z } from 'zod';
import { defineRoute } from '#kernel';

// The resumable transfer itself speaks tus 1.0.0 (https://tus.io/protocols/resumable-upload) at /api/v1/uploads: POST creates (and may carry the
// first bytes, or all), PATCH sends, HEAD asks, DELETE gives up. Upload-Metadata: filename, folder (optional), sha256 (hex, optional; other bytes
// are refused at the end), lastModified (ISO time, optional). Answers to whoever sent the last byte carry Holdfast-Asset-Id, and
// Holdfast-Duplicate: true where the bytes were an asset already.

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits');

export const precheckUploads = defineRoute({
  id: 'precheckUploads',
  method: 'POST',
  path: '/uploads/precheck',
  access: 'asset.create',
  summary: 'Which of these files are known already, so that their bytes need not be sent; known ones gain the given name',
  body: z.strictObject({
    files: z
      .array(
        z.strictObject({
          sha256,
          sizeBytes: z.number().int().min(0),
          name: z.string().min(1).max(4096),
          folder: z.string().max(4096).default(''),
        }),
      )
      .min(1)
      .max(500),
  }),
  status: 200,
  answer: z.object({
    files: z.array(
      z.object({ sha256, assetId: z.uuid().nullable(), trashed: z.boolean().describe('It was in the trash and came back.') }),
    ),
  }),
});

export const getUpload = defineRoute({
  id: 'getUpload',
  method: 'GET',
  path: '/uploads/:id',
  access: 'asset.create',
  summary: 'How far an upload is, and which asset came of it',
  params: z.object({ id: z.uuid() }),
  answer: z.object({
    id: z.uuid(),
    name: z.string(),
    state: z.enum(['receiving', 'stored', 'failed']),
    sizeBytes: z.number(),
    offsetBytes: z.number(),
    assetId: z.uuid().nullable(),
    duplicate: z.boolean(),
    error: z.string().nullable(),
  }),
});

export const discoverUploads = defineRoute({
  id: 'discoverUploads',
  method: 'OPTIONS',
  path: '/uploads',
  access: 'public',
  summary: 'What this server speaks: tus version, extensions, largest file',
  answer: 'none',
});

export const createUpload = defineRoute({
  id: 'createUpload',
  method: 'POST',
  path: '/uploads',
  access: 'asset.create',
  summary: 'Begin a resumable upload (tus 1.0.0)',
  answer: 'none',
  status: 201,
});

export const sendUpload = defineRoute({
  id: 'sendUpload',
  method: 'PATCH',
  path: '/uploads/:id',
  access: 'asset.create',
  summary: 'Send bytes from an offset (tus 1.0.0); the last answer carries `Holdfast-Asset-Id`',
  params: z.object({ id: z.uuid() }),
  answer: 'none',
});

export const askUpload = defineRoute({
  id: 'askUpload',
  method: 'HEAD',
  path: '/uploads/:id',
  access: 'asset.create',
  summary: 'Offset of an upload (tus 1.0.0)',
  params: z.object({ id: z.uuid() }),
  answer: 'none',
  status: 200,
});

export const endUpload = defineRoute({
  id: 'endUpload',
  method: 'DELETE',
  path: '/uploads/:id',
  access: 'asset.create',
  summary: 'Give up an upload (tus 1.0.0 termination)',
  params: z.object({ id: z.uuid() }),
  answer: 'none',
});
