import { safeFolder, safeName } from './display-name.ts';

/** Leaves room for the part that keeps two files of one name apart. */
const longestName = 200;

/** The name that a file gets in an exported folder. */
export function exportedName(given: string): string {
  return safeName(given, longestName).name;
}

/** Folder and name below the exported folder, `a/b/c.jpg`: never outside it, whatever a catalogue says. */
export function exportedPath({ folder, name }: { folder: string; name: string }): string {
  const above = safeFolder(folder);
  return above === '' ? exportedName(name) : `${above}/${exportedName(name)}`;
}
