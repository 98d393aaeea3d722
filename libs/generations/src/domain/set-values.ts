import { type Document, isCollection, isMap, isNode, isScalar, type Node, parse, parseDocument } from 'yaml';
import { HoldfastError } from '#kernel';

/** A value to set: the key's parts, and the value as YAML reads it. */
export interface Assignment {
  path: string[];
  value: unknown;
}

/** Reads `redis.maxMemoryMb=512`: a key with dots and a value in YAML (`null`, `[a, b]`, `{ from: "01:00" }`). Throws CONFIG_ASSIGNMENT_INVALID. */
export function readAssignment(word: string): Assignment {
  const [, key, text] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
  if (key === undefined || text === undefined)
    throw invalid(`"${word}" sets no value.`, 'Say KEY=VALUE, for example redis.maxMemoryMb=512 or workloads.video.threads=8.');
  const path = readKey(key);
  try {
    return { path, value: parse(text, { maxAliasCount: 0 }) };
  } catch (cause) {
    throw invalid(
      `The value of ${key} is no YAML: ${(cause as Error).message}`,
      'Put texts with special characters into quotes.',
    );
  }
}

/**
 * Sets values in the text of a manifest; comments, order and everything else stay. An entry of a list is named by its index, `name` or `id`;
 * a list that only the profile has is taken over whole first, because lists replace each other whole. Throws CONFIG_KEY_UNKNOWN.
 */
export function setValues(text: string, assignments: readonly Assignment[], resolved: unknown): string {
  return assignments.reduce((former, assignment) => setValue(former, assignment, resolved), text);
}

/**
 * Takes values out of the text of a manifest, so that its profile's are in force again; an entry of a list is named as in `setValues`. What
 * is left empty goes, too. Throws CONFIG_KEY_UNKNOWN where the text does not say the value.
 */
export function unsetValues(text: string, keys: readonly string[], resolved: unknown): string {
  return keys.reduce((former, key) => unsetValue(former, readKey(key), resolved), text);
}

/** Reads a key with dots. Throws CONFIG_ASSIGNMENT_INVALID. */
export function readKey(key: string): string[] {
  const path = key.split('.');
  if (path.every((part) => /^[A-Za-z0-9_-]+$/.test(part))) return path;
  throw invalid(`"${key}" is no key.`, 'Say a key with dots, for example redis.maxMemoryMb or zones.office.');
}

function unsetValue(text: string, words: readonly string[], resolved: unknown): string {
  const document = parseDocument(text);
  const path = findPath(document, words, resolved);
  if (!document.hasIn(path))
    throw unknownKey(words, `The file does not say ${words.join('.')}: its profile's value is in force.`);
  document.deleteIn(path);
  for (let length = path.length - 1; length > 0; length -= 1) {
    const parent = document.getIn(path.slice(0, length), true);
    // An empty list says something: none. An empty map says nothing.
    if (isMap(parent) && parent.items.length === 0) document.deleteIn(path.slice(0, length));
  }
  return document.toString({ lineWidth: 0 });
}

function setValue(text: string, { path: words, value }: Assignment, resolved: unknown): string {
  const document = parseDocument(text);
  const path = findPath(document, words, resolved);
  const spliced = splice(text, document.getIn(path, true), value);
  if (spliced !== undefined) return spliced;
  put(document, path, value);
  return document.toString({ lineWidth: 0 });
}

/** Writes a single value over another, so that every other letter of the text stays as it is. */
function splice(text: string, former: unknown, value: unknown): string | undefined {
  if (!isScalar(former) || !former.range || (typeof value === 'object' && value !== null)) return undefined;
  const [start, end] = former.range;
  if (start === end || text.slice(start, end).includes('\n')) return undefined;
  return text.slice(0, start) + writeScalar(value, former.type) + text.slice(end);
}

/** A value on one line, good in block and flow: texts in quotes unless they are a plain word. */
function writeScalar(value: unknown, style: string | undefined): string {
  const isPlain = typeof value !== 'string' || (/^[A-Za-z][\w./-]*$/.test(value) && parse(value) === value);
  return isPlain && !(typeof value === 'string' && style === 'QUOTE_DOUBLE') ? String(value) : JSON.stringify(value);
}

/** Where in the document a key leads; a list that only the profile has is taken over on the way. */
function findPath(document: Document, words: readonly string[], resolved: unknown): (string | number)[] {
  const path: (string | number)[] = [];
  let within = resolved;
  for (const word of words) {
    if (Array.isArray(within)) {
      if (!document.hasIn(path)) put(document, path, within);
      const list = toPlain(document, path) as unknown[];
      const index = indexOf(list, word);
      if (index === undefined)
        throw unknownKey(words, `${path.join('.')} has no entry "${word}"; it has ${list.map(nameOf).join(', ')}.`);
      path.push(index);
      within = list[index];
    } else {
      path.push(word);
      within = (within as Record<string, unknown> | undefined | null)?.[word];
    }
  }
  return path;
}

function toPlain(document: Document, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((found, part) => (found as Record<string | number, unknown>)?.[part], document.toJS());
}

function indexOf(list: readonly unknown[], word: string): number | undefined {
  const named = list.findIndex((entry) => nameOf(entry) === word);
  if (named >= 0) return named;
  const index = /^\d{1,4}$/.test(word) ? Number(word) : -1;
  return index >= 0 && index < list.length ? index : undefined;
}

function nameOf(entry: unknown, index?: number): string {
  const { name, id } = (entry ?? {}) as { name?: unknown; id?: unknown };
  return String(name ?? id ?? index ?? '');
}

/** Puts a value in place of what is there, under the comments that were written above it and beside it. */
function put(document: Document, path: readonly (string | number)[], value: unknown): void {
  const former = document.getIn(path, true);
  openParents(document, path);
  const node = document.createNode(value) as Node;
  if (isNode(former) && former.commentBefore) node.commentBefore = former.commentBefore;
  if (isNode(former) && former.comment) node.comment = former.comment;
  if (isCollection(node) && isCollection(former)) node.flow = former.flow;
  document.setIn(path, node);
}

/** `redis:` without anything behind it is a key of nothing: it becomes a map. */
function openParents(document: Document, path: readonly (string | number)[]): void {
  for (let length = 1; length < path.length; length += 1) {
    const parent = document.getIn(path.slice(0, length), true);
    if (parent === undefined || isCollection(parent)) continue;
    const map = document.createNode({}) as Node;
    if (isMap(map) && isNode(parent))
      Object.assign(map, { commentBefore: parent.commentBefore, comment: parent.comment, flow: false });
    document.setIn(path.slice(0, length), map);
  }
}

function unknownKey(words: readonly string[], message: string): HoldfastError {
  return new HoldfastError('CONFIG_KEY_UNKNOWN', {
    kind: 'invalid',
    message,
    action: 'Look at ./holdfast config show --resolved.',
    values: { key: words.join('.') },
  });
}

function invalid(message: string, action: string): HoldfastError {
  return new HoldfastError('CONFIG_ASSIGNMENT_INVALID', { kind: 'invalid', message, action });
}
