import { detectContainer } from './detect-container.ts';
import { detectLooseSignature, detectSignature } from './detect-signature.ts';
import { detectText } from './detect-text.ts';
import { detectTiff } from './detect-tiff.ts';
import { detectZip } from './detect-zip.ts';
import { type DetectedType, known } from './detected-type.ts';

export { DETECT_HEAD_BYTES, DETECT_TAIL_BYTES, type DetectedType, type FileKind } from './detected-type.ts';

/** Version of the type detection, for the ledger. */
export const DETECT_VERSION = 1;

/**
 * Tells a file's type from its first (and, for zips, last) bytes, never from its name: `head` and `tail` as long as
 * DETECT_HEAD_BYTES and DETECT_TAIL_BYTES say or the file allows. Reads nothing else, allocates little, never throws. Written
 * here rather than taken from a library because it runs outside of the sandbox: every loop is bounded by its input.
 */
export function detectType(head: Buffer, tail: Buffer = Buffer.alloc(0), name = ''): DetectedType {
  if (head.length === 0) return known('unknown', 'application/octet-stream', '', 'The file is empty.');
  return (
    detectPdf(head) ??
    detectTiff(head) ??
    detectContainer(head) ??
    detectZip(head, tail) ??
    detectSignatureUnlessText(head, name) ??
    detectText(head, name) ??
    detectLooseSignature(head) ??
    known('unknown', 'application/octet-stream', '', 'The content is of no type that Holdfast knows.')
  );
}

/** Short signatures such as MZ or BZh begin many a text. */
function detectSignatureUnlessText(head: Buffer, name: string): DetectedType | undefined {
  const detected = detectSignature(head);
  if (!detected || detected.mediaType === 'application/rtf' || detected.mediaType === 'application/postscript') return detected;
  const text = detectText(head, name);
  return text && head.length > 16 ? text : detected;
}

/** Readers accept a PDF that begins within the first kilobyte; we do when only blanks or a printer's preamble come before it. */
function detectPdf(head: Buffer): DetectedType | undefined {
  const at = head.subarray(0, 1024).indexOf('%PDF-', 0, 'latin1');
  if (at < 0) return undefined;
  const before = head.toString('utf8', 0, at).replace('\ufeff', '').trim();
  return before === '' || before.startsWith('\x1b%-12345X') ? known('document', 'application/pdf', 'pdf') : undefined;
}
