/** A part of the manifest's JSON Schema. */
export interface SchemaPart {
  properties?: Record<string, SchemaPart>;
  items?: SchemaPart;
  anyOf?: SchemaPart[];
  oneOf?: SchemaPart[];
  description?: string;
}

/** A key that may be said at a place, and what it means. */
export interface KeyHint {
  name: string;
  description: string;
}

/** Where somebody is in a text: the keys above, and the word that they have begun. */
export interface Place {
  path: (string | number)[];
  word: string;
}

/** The place of a caret in YAML written in blocks; undefined inside a value, a comment or brackets. */
export function placeOf(text: string, caret: number): Place | undefined {
  const before = text.slice(0, caret).split('\n');
  const own = /^(\s*)((?:- +)*)([A-Za-z][A-Za-z0-9]*)?$/.exec(before.pop() ?? '');
  if (!own) return undefined;
  const [, spaces = '', dashes = '', word = ''] = own;
  let indent = spaces.length + dashes.length;
  const path: (string | number)[] = dashes === '' ? [] : [0];
  if (dashes !== '') indent = spaces.length;
  for (const line of before.reverse()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const [, outer = '', marks = '', key] = /^(\s*)((?:- +)*)(?:([A-Za-z][A-Za-z0-9]*):)?/.exec(line) ?? [];
    const column = outer.length + marks.length;
    // An entry of a list begins at its dash; the keys beside the first belong to the same entry.
    if (marks !== '' && column === indent && path[0] !== 0) {
      path.unshift(0);
      indent = outer.length;
    } else if (key !== undefined && (column < indent || (column === indent && path[0] === 0 && marks === ''))) {
      path.unshift(key);
      indent = column;
      if (marks !== '') {
        path.unshift(0);
        indent = outer.length;
      }
    }
    if (indent === 0 && path[0] !== 0) break;
  }
  return { path: path[0] === 0 ? [] : path, word };
}

/** Keys that may stand at a place and begin with what is written already. */
export function hintsAt(schema: SchemaPart, { path, word }: Place): KeyHint[] {
  const parts = path.reduce<SchemaPart[]>((found, key) => found.flatMap((part) => below(part, key)), alternatives(schema));
  const hints = new Map<string, string>();
  for (const { properties = {} } of parts)
    for (const [name, { description = '' }] of Object.entries(properties))
      if (name.toLowerCase().startsWith(word.toLowerCase()) && name !== word) hints.set(name, description);
  return [...hints].map(([name, description]) => ({ name, description }));
}

function below(part: SchemaPart, key: string | number): SchemaPart[] {
  const found = typeof key === 'number' ? part.items : part.properties?.[key];
  return found ? alternatives(found) : [];
}

function alternatives(part: SchemaPart): SchemaPart[] {
  return part.anyOf ?? part.oneOf ?? [part];
}
