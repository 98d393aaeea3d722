import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from './command.ts';

const folder = join(import.meta.dirname, 'commands');
const extension = import.meta.filename.endsWith('.ts') ? '.ts' : '.js';
const suffix = `.command${extension}`;

function groups(): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(suffix))
    .map((name) => name.slice(0, -suffix.length))
    .sort();
}

async function load(group: string): Promise<Command[]> {
  const { commands } = (await import(join(folder, `${group}${suffix}`))) as { commands: Command[] };
  for (const { name } of commands)
    if (name.split(' ')[0] !== group) throw new Error(`Command "${name}" belongs into ${name.split(' ')[0]}${suffix}.`);
  return commands;
}

/** The commands whose first word is given, or all of them where no file bears that name: only what is called is loaded. */
export async function loadCommands(firstWord: string | undefined): Promise<Command[]> {
  const known = groups();
  const wanted = firstWord !== undefined && known.includes(firstWord) ? [firstWord] : known;
  return (await Promise.all(wanted.map(load))).flat();
}
