import { type Entry, fromBuffer, type ZipFile } from 'yauzl';
import { fault } from '../image/parser-fault.ts';

const MOST_ENTRIES = 20_000;
const LARGEST_ENTRY_BYTES = 128 * 2 ** 20;
const LARGEST_TOTAL_BYTES = 384 * 2 ** 20;
const HIGHEST_RATIO = 250;
const SMALL_ENTRY_BYTES = 2 ** 20;

/** The entries of an office file, unpacked one by one on demand and never more than a sound document needs. */
export class ZipFiles {
  readonly #zip: ZipFile;
  readonly #entries: Map<string, Entry>;
  #unpackedBytes = 0;

  /** Reads the table of contents. Throws MEDIA_DOCUMENT_UNREADABLE or MEDIA_DOCUMENT_BOMB. */
  static async open(bytes: Buffer): Promise<ZipFiles> {
    const zip = await new Promise<ZipFile>((resolve, reject) => {
      fromBuffer(bytes, { lazyEntries: true, validateEntrySizes: true }, (error, opened) =>
        error ? reject(damaged(error)) : resolve(opened),
      );
    });
    return new ZipFiles(zip, await readEntries(zip));
  }

  private constructor(zip: ZipFile, entries: Map<string, Entry>) {
    this.#zip = zip;
    this.#entries = entries;
  }

  get names(): string[] {
    return [...this.#entries.keys()];
  }

  /** One entry as text, or undefined when there is none of that name. */
  async text(name: string): Promise<string | undefined> {
    const bytes = await this.bytes(name);
    return bytes === undefined
      ? undefined
      : new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8').decode(bytes);
  }

  /** One entry unpacked. Throws MEDIA_DOCUMENT_BOMB for one that grows beyond all reason. */
  async bytes(name: string): Promise<Buffer | undefined> {
    const entry = this.#entries.get(name);
    if (!entry) return undefined;
    this.#unpackedBytes += entry.uncompressedSize;
    const ratio = entry.uncompressedSize / Math.max(1, entry.compressedSize);
    const grows = entry.uncompressedSize > SMALL_ENTRY_BYTES && ratio > HIGHEST_RATIO;
    if (grows || entry.uncompressedSize > LARGEST_ENTRY_BYTES || this.#unpackedBytes > LARGEST_TOTAL_BYTES) throw bomb(name);
    if (entry.isEncrypted())
      throw fault('MEDIA_DOCUMENT_ENCRYPTED', 'The document is protected by a password.', 'Upload a version without password.');
    return this.#unpack(entry);
  }

  #unpack(entry: Entry): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#zip.openReadStream(entry, (error, stream) => {
        if (error) return reject(damaged(error));
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('error', (reason: Error) => reject(damaged(reason)));
        stream.on('end', () => resolve(Buffer.concat(chunks)));
      });
    });
  }
}

function readEntries(zip: ZipFile): Promise<Map<string, Entry>> {
  if (zip.entryCount > MOST_ENTRIES) throw bomb(`${zip.entryCount} entries`);
  const entries = new Map<string, Entry>();
  return new Promise((resolve, reject) => {
    zip.on('entry', (entry: Entry) => {
      // Of two entries with one name, office programs read the first, and so do we.
      if (!entries.has(entry.fileName)) entries.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.on('error', (error: Error) => reject(damaged(error)));
    zip.on('end', () => resolve(entries));
    zip.readEntry();
  });
}

function bomb(what: string): Error {
  return fault(
    'MEDIA_DOCUMENT_BOMB',
    `The document unpacks to far more than a document holds (${what.slice(0, 100)}).`,
    'Treat the file as hostile.',
  );
}

function damaged(error: Error): Error {
  return fault('MEDIA_DOCUMENT_UNREADABLE', `The document is damaged: ${error.message.slice(0, 200)}`);
}
