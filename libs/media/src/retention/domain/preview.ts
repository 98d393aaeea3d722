import { createHash } from 'node:crypto';
import type { Decision } from './decide.ts';
import { type AssetClass, type Policies, settableClasses, type TraceName } from './retention-class.ts';

/** Assets, what they are made of, and its bytes. What was made of an asset counts each time, also where two of it are the same bytes. */
export interface Amount {
  assets: number;
  objects: number;
  bytes: number;
}

/** Assets that are due by the same class and of which the same becomes. */
export interface PreviewGroup extends Amount {
  class: AssetClass;
  verdict: Exclude<Decision['verdict'], 'keep'>;
  /** Names every asset of it. */
  digest: string;
}

/** What policies would do at an instant. */
export interface Preview {
  /** Names the instant, the policies, every asset and how much else would go: what is saved or run with it does this or nothing. */
  digest: string;
  instant: Date;
  total: Amount;
  byClass: { class: AssetClass; amount: Amount }[];
  /** Would go, but a hold stands. */
  held: Amount;
  /** Would go, but are on their way to another tier: they go at a later run. */
  moving: Amount;
  /** What is no asset and would go. */
  traces: PreviewTraces[];
}

/** Rows or files of a class that would go. */
export interface PreviewTraces {
  class: TraceName;
  entries: number;
  bytes: number | null;
  /** Of the oldest of them. */
  firstAt: Date | null;
  /** Why they stay although their time is up. */
  keptBecause: string | null;
}

/** Puts together what policies would do, from groups in whatever order they come. */
export function previewOf(
  policies: Policies,
  instant: Date,
  groups: readonly PreviewGroup[],
  traces: Preview['traces'],
): Preview {
  const going = groups.filter(({ verdict }) => verdict === 'delete');
  const order = ({ class: name }: { class: AssetClass }) => settableClasses.indexOf(name);
  return {
    digest: `${instant.toISOString().replaceAll(/[-:]/g, '')}-${digestOf(policies, groups, traces)}`,
    instant,
    total: sumOf(going),
    byClass: going
      .map((group) => ({ class: group.class, amount: sumOf([group]) }))
      .sort((left, right) => order(left) - order(right)),
    held: sumOf(groups.filter(({ verdict }) => verdict === 'held')),
    moving: sumOf(groups.filter(({ verdict }) => verdict === 'moving')),
    traces,
  };
}

function digestOf(policies: Policies, groups: readonly PreviewGroup[], traces: readonly PreviewTraces[]): string {
  const hash = createHash('sha256');
  for (const name of settableClasses) hash.update(`${name} ${policies[name]}\n`);
  const lines = groups.map((group) => `${group.class} ${group.verdict} ${group.assets} ${group.digest}\n`);
  for (const line of lines.sort()) hash.update(line);
  for (const { class: name, entries, bytes, keptBecause } of traces)
    hash.update(`${name} ${entries} ${bytes} ${keptBecause ?? 'goes'}\n`);
  return hash.digest('hex');
}

function sumOf(amounts: readonly Amount[]): Amount {
  const sum = { assets: 0, objects: 0, bytes: 0 };
  for (const { assets, objects, bytes } of amounts) {
    sum.assets += assets;
    sum.objects += objects;
    sum.bytes += bytes;
  }
  return sum;
}

/** The instant that a preview's digest was made for; undefined where it is none. */
export function instantOfDigest(digest: string): Date | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d\.\d{3}Z)-[0-9a-f]{64}$/.exec(digest);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const instant = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}`);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}
