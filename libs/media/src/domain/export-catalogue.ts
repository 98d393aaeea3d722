import { z } from 'zod';
import { HoldfastError } from '#kernel';

const format = 'holdfast-export-catalogue';
const version = 1;
/** A name of 255 and a folder of 1024 bytes, each perhaps escaped, and the rest. */
const longestLine = 65_536;

const headSchema = z.strictObject({
  format: z.literal(format),
  version: z.literal(version),
  exportId: z.uuid(),
  /** Whose library it is of. */
  organisationId: z.uuid(),
  /** `complete` once every file that is listed lies there. */
  state: z.enum(['writing', 'complete']),
  files: z.int().min(0),
});
const fileSchema = z.strictObject({
  /** Names the file below `objects`; random. */
  id: z.uuid(),
  assetId: z.uuid(),
  folder: z.string(),
  name: z.string(),
  sizeBytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** RFC 3339; a text for the reader, which nothing is worked out from. */
  addedAt: z.string().max(64),
  /** When it was taken or recorded, where that is known. */
  capturedAt: z.string().max(64).nullable(),
  /** Its data key under the export's key, in base64. */
  dataKey: z.base64().length(80),
});

/** What the catalogue says of itself. */
export type CatalogueHead = Omit<z.output<typeof headSchema>, 'format' | 'version'>;
/** What the catalogue says of one file. */
export type CataloguedFile = z.output<typeof fileSchema>;

/** The plaintext of a catalogue, a line at a time: first itself, then each file. */
export function* catalogueLines(head: CatalogueHead, files: Iterable<CataloguedFile>): Generator<string> {
  yield `${JSON.stringify({ format, version, ...head })}\n`;
  for (const file of files) yield `${JSON.stringify(file)}\n`;
}

/** Reads the plaintext of a catalogue: first itself, then each file. Throws EXPORT_CATALOGUE_DAMAGED for anything that it cannot have been. */
export async function* readCatalogue(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ head: CatalogueHead; file?: undefined } | { head?: undefined; file: CataloguedFile }> {
  let left: number | undefined;
  const known = new Set<string>();
  for await (const line of linesOf(bytes)) {
    if (left === undefined) {
      const { format: _, version: __, ...head } = checked(headSchema, line);
      left = head.files;
      yield { head };
      continue;
    }
    const file = checked(fileSchema, line);
    if (known.has(file.assetId) || known.has(file.id)) throw damaged('it lists a file twice');
    known.add(file.assetId).add(file.id);
    left -= 1;
    yield { file };
  }
  if (left !== 0) throw damaged('it lists another number of files than it says');
}

async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  // A letter may be cut in two by the end of a piece.
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  for await (const piece of bytes) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestLine) throw damaged('a line of it is too long');
    yield* lines;
  }
  if (rest !== '') throw damaged('its last line has no end');
}

function checked<Schema extends z.ZodType>(schema: Schema, line: string): z.output<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw damaged('a line of it is no JSON');
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw damaged(result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}

function damaged(what: string): HoldfastError {
  return new HoldfastError('EXPORT_CATALOGUE_DAMAGED', {
    kind: 'corrupted',
    message: `The catalogue of the export cannot be read: ${what}.`,
    action: 'Take catalogue.sealed from a copy, or open it with the release that wrote it.',
  });
}
