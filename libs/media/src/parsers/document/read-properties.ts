import { XMLParser } from 'fast-xml-parser';
import { shortenTags } from '../image/shorten-tags.ts';
import type { DocumentAnswer } from './document-request.ts';
import type { ZipFiles } from './zip-files.ts';

type Properties = Pick<DocumentAnswer, 'title' | 'author' | 'subject' | 'keywords' | 'createdAt' | 'modifiedAt' | 'tags'>;

const parser = new XMLParser({ removeNSPrefix: true, ignoreAttributes: true, processEntities: false, parseTagValue: false });

/** Title, author, dates and all other properties of an office file, of either family. */
export async function readProperties(zip: ZipFiles): Promise<Properties> {
  const core = await readPart(zip, 'docProps/core.xml', 'coreProperties');
  const app = await readPart(zip, 'docProps/app.xml', 'Properties');
  const meta = ((await readPart(zip, 'meta.xml', 'document-meta')).meta ?? {}) as Record<string, unknown>;
  const all = { ...meta, ...core };
  return {
    title: text(all.title),
    author: text(all.creator) ?? text(all['initial-creator']),
    subject: text(all.subject) ?? text(all.description),
    keywords: words(all.keywords ?? all.keyword),
    createdAt: date(all.created ?? all['creation-date']),
    modifiedAt: date(all.modified ?? all.date),
    tags: shortenTags({ ...app, ...all }),
  };
}

async function readPart(zip: ZipFiles, name: string, root: string): Promise<Record<string, unknown>> {
  const xml = await zip.text(name).catch(() => undefined);
  // Properties are short; what is long, or declares entities, is none.
  if (!xml || xml.length > 2 ** 20 || xml.includes('<!DOCTYPE')) return {};
  try {
    const parsed = (parser.parse(xml) as Record<string, unknown>)[root];
    return parsed && typeof parsed === 'object' ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value.trim() ? value.trim().slice(0, 1000) : null;
}

function words(value: unknown): string[] {
  const texts = (Array.isArray(value) ? value : [value]).filter((entry) => typeof entry === 'string');
  return texts
    .flatMap((entry) => entry.split(/[,;]/))
    .map((word) => word.trim())
    .filter(Boolean)
    .slice(0, 200);
}

function date(value: unknown): string | null {
  const parsed = new Date(typeof value === 'string' ? value : Number.NaN);
  return Number.isNaN(parsed.getTime()) ? null : parsed.toISOString();
}
