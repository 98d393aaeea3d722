import { z } from 'zod';
import { HoldfastError } from '#kernel';
import type { Json } from '../parser-results.ts';

const short = z.string().max(2000);

// Checked like any input: a hostile file may have taken its parser over.
const schema = z.object({
  format: z.enum(['docx', 'xlsx', 'pptx', 'odt', 'ods', 'odp', 'rtf', 'text']),
  pageCount: z.number().int().min(0).max(1_000_000).nullable(),
  title: short.nullable(),
  author: short.nullable(),
  subject: short.nullable(),
  keywords: z.array(short).max(200),
  createdAt: short.nullable(),
  modifiedAt: short.nullable(),
  tags: z.record(z.string(), z.custom<Json>()),
  pages: z.array(z.object({ page: z.number().int().min(1), text: z.string() })),
  encoding: short.nullable(),
  partial: z.array(short).max(10),
});

/** The answer of the document parser. Throws MEDIA_PARSER_ANSWER when it cannot be true. */
export function readDocumentAnswer(value: unknown, maxCharacters: number): z.output<typeof schema> {
  const parsed = schema.safeParse(value);
  const length = parsed.data?.pages.reduce((sum, { text }) => sum + text.length, 0) ?? 0;
  if (parsed.success && length <= maxCharacters) return parsed.data;
  throw new HoldfastError('MEDIA_PARSER_ANSWER', {
    kind: 'unprocessable',
    message: 'The parser gave an answer that cannot be true; the file may have taken it over.',
    action: 'Treat the file as hostile.',
    cause: parsed.error,
  });
}
