import { HoldfastError } from '#kernel';

/** The version of the protocol that is spoken: https://tus.io/protocols/resumable-upload */
export const tusVersion = '1.0.0';
export const tusExtensions = 'creation,creation-with-upload,termination,checksum,expiration';
export const tusContentType = 'application/offset+octet-stream';

type Headers = Record<string, string | string[] | undefined>;

function malformed(header: string, needed: string): HoldfastError {
  return new HoldfastError('UPLOAD_HEADER_INVALID', {
    kind: 'invalid',
    message: `The header ${header} is missing or malformed.`,
    action: `Send ${needed}.`,
    values: { header },
  });
}

/** Throws UPLOAD_PROTOCOL_UNSUPPORTED unless the request speaks our version of tus. */
export function requireTus(headers: Headers): void {
  if (headers['tus-resumable'] === tusVersion) return;
  throw new HoldfastError('UPLOAD_PROTOCOL_UNSUPPORTED', {
    kind: 'precondition-failed',
    message: `Uploads speak tus ${tusVersion}, not ${headers['tus-resumable'] ?? 'an unnamed version'}.`,
    action: `Send the header Tus-Resumable: ${tusVersion}.`,
  });
}

/** Throws UPLOAD_CONTENT_TYPE_INVALID unless the body is announced as tus bytes. */
export function requireTusBody(headers: Headers): void {
  if (headers['content-type'] === tusContentType) return;
  throw new HoldfastError('UPLOAD_CONTENT_TYPE_INVALID', {
    kind: 'unsupported',
    message: `Upload bytes come as ${tusContentType}.`,
    action: `Send the header Content-Type: ${tusContentType}.`,
  });
}

/** A header that holds a count of bytes; undefined where it is absent. Throws UPLOAD_HEADER_INVALID. */
export function readByteCount(headers: Headers, name: string): number | undefined {
  const value = headers[name];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^\d{1,15}$/.test(value)) return Number(value);
  throw malformed(name, `${name} as a number of bytes`);
}

/** Same, for headers that must be there. */
export function requireByteCount(headers: Headers, name: string): number {
  const count = readByteCount(headers, name);
  if (count === undefined) throw malformed(name, `${name} as a number of bytes`);
  return count;
}

/** What the sender says about its file. Names stay bytes: they may be in any encoding. */
export interface UploadMetadata {
  name: Uint8Array;
  folder: Uint8Array;
  /** Lower-case hexadecimal. */
  sha256: string | null;
  modifiedAt: Date | null;
}

/** Reads `Upload-Metadata`: pairs of a key and base64, separated by commas. Throws UPLOAD_HEADER_INVALID. */
export function readMetadata(headers: Headers): UploadMetadata {
  const header = headers['upload-metadata'] ?? '';
  if (typeof header !== 'string') throw malformed('Upload-Metadata', 'one Upload-Metadata header');
  const values = new Map<string, Buffer>();
  for (const pair of header.split(',').map((text) => text.trim())) {
    if (pair === '') continue;
    const [key = '', value = '', ...rest] = pair.split(' ');
    if (key === '' || rest.length > 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(value) || values.has(key))
      throw malformed('Upload-Metadata', 'each key once, a space, and its value in base64');
    values.set(key, Buffer.from(value, 'base64'));
  }
  return {
    name: values.get('filename') ?? Buffer.alloc(0),
    folder: values.get('folder') ?? Buffer.alloc(0),
    sha256: readHash(values.get('sha256')),
    modifiedAt: readTime(values.get('lastModified')),
  };
}

function readHash(value: Buffer | undefined): string | null {
  if (value === undefined) return null;
  const text = value.toString('latin1').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(text)) throw malformed('Upload-Metadata', 'sha256 as 64 hexadecimal digits, in base64');
  return text;
}

/** A time nobody can have meant is left out rather than refused: it is a hint. */
function readTime(value: Buffer | undefined): Date | null {
  const time = new Date(value?.toString('latin1') ?? '');
  return Number.isNaN(time.getTime()) || time.getUTCFullYear() < 1900 || time.getUTCFullYear() > 2200 ? null : time;
}

/** The SHA-256 that `Upload-Checksum` announces for this request's body, as hexadecimal; undefined where it announces none. Throws UPLOAD_HEADER_INVALID. */
export function readChecksum(headers: Headers): string | undefined {
  const value = headers['upload-checksum'];
  if (value === undefined) return undefined;
  const match = typeof value === 'string' ? /^sha256 ([A-Za-z0-9+/]{43}=)$/.exec(value) : null;
  if (!match?.[1]) throw malformed('Upload-Checksum', 'Upload-Checksum as "sha256", a space and the hash in base64');
  return Buffer.from(match[1], 'base64').toString('hex');
}
