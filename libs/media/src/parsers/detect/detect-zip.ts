import { type DetectedType, has, known } from './detected-type.ts';

const LOCAL = 'PK\x03\x04';
const MOST_ENTRIES = 2000;

const openDocuments: Record<string, string> = {
  'application/vnd.oasis.opendocument.text': 'odt',
  'application/vnd.oasis.opendocument.spreadsheet': 'ods',
  'application/vnd.oasis.opendocument.presentation': 'odp',
};

const officeOpen: ReadonlyArray<readonly [string, string, string]> = [
  ['word/', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx'],
  ['xl/', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
  ['ppt/', 'application/vnd.openxmlformats-officedocument.presentationml.presentation', 'pptx'],
];

/** Office files are zips; everything else in a zip is an archive. Reads names only, never unpacks. */
export function detectZip(head: Buffer, tail: Buffer): DetectedType | undefined {
  if (!has(head, 0, LOCAL)) return undefined;
  const declared = declaredType(head);
  const extension = declared === undefined ? undefined : openDocuments[declared];
  if (declared && extension) return known('document', declared, extension);
  const names = [...entryNames(head, LOCAL, 26, 30), ...entryNames(tail, 'PK\x01\x02', 28, 46)];
  const office = names.includes('[Content_Types].xml')
    ? officeOpen.find(([folder]) => names.some((name) => name.startsWith(folder)))
    : undefined;
  if (office) return known('document', office[1], office[2]);
  if (declared === 'application/epub+zip')
    return known('unknown', declared, 'epub', 'Electronic books are kept but not read yet.');
  return known('unknown', 'application/zip', 'zip', 'Archives are kept but not opened; upload what is in them.');
}

/** OpenDocument and EPUB store their media type as the first entry, uncompressed, so that it can be read like this. */
function declaredType(head: Buffer): string | undefined {
  if (!has(head, 30, 'mimetype') || head.length < 38) return undefined;
  const start = 38 + head.readUInt16LE(28);
  const text = head.toString('latin1', start, start + 100);
  return /^application\/[a-z0-9.+-]+(?=PK|$|[^a-z0-9.+-])/.exec(text)?.[0].replace(/PK.*$/, '');
}

function entryNames(bytes: Buffer, signature: string, lengthAt: number, nameAt: number): string[] {
  const names: string[] = [];
  let offset = bytes.indexOf(signature, 0, 'latin1');
  while (offset >= 0 && offset + nameAt <= bytes.length && names.length < MOST_ENTRIES) {
    const length = bytes.readUInt16LE(offset + lengthAt);
    names.push(bytes.toString('latin1', offset + nameAt, offset + nameAt + length));
    offset = bytes.indexOf(signature, offset + nameAt, 'latin1');
  }
  return names;
}
