/** What the sandboxed document parser is asked to do. Travels as JSON. */
export interface DocumentRequest {
  /** From `detectType`. */
  mediaType: string;
  /** Most pages, slides or sheets to read. */
  maxPages: number;
  /** Most characters of text in all. */
  maxCharacters: number;
}

/** The parser's answer; a thumbnail that the document carries follows as attachment. */
export interface DocumentAnswer {
  format: string;
  pageCount: number | null;
  title: string | null;
  author: string | null;
  subject: string | null;
  keywords: string[];
  createdAt: string | null;
  modifiedAt: string | null;
  tags: Record<string, unknown>;
  pages: Array<{ page: number; text: string }>;
  encoding: string | null;
  partial: string[];
}
