import type { assetKinds } from '../../http/asset.contract.ts';

type AssetKind = (typeof assetKinds)[number];

/** What is no asset: what people leave behind by using the appliance, and what the appliance writes down about itself. */
export const traceClasses = ['search-history', 'session', 'audit', 'logs', 'metrics', 'aggregates'] as const;
export type TraceClass = (typeof traceClasses)[number];

/** Where traces lie: what happened before an organisation was known goes by the days of the audit, but is the whole appliance's. */
export type TraceName = TraceClass | 'appliance-audit';

/** Classes whose days an administrator may set. */
export const settableClasses = [
  'original-image',
  'original-video',
  'original-audio',
  'original-document',
  'original-other',
  'trash',
  ...traceClasses,
] as const;
export type SettableClass = (typeof settableClasses)[number];

/** Classes that assets belong to. */
export type AssetClass = Exclude<SettableClass, TraceClass>;

/** Days that things of each class are kept; null is for ever. */
export type Policies = Readonly<Record<SettableClass, number | null>>;

/** What holds until an administrator says otherwise: an appliance deletes nothing that people brought unless it is told to. */
export const defaultPolicies: Policies = {
  'original-image': null,
  'original-video': null,
  'original-audio': null,
  'original-document': null,
  'original-other': null,
  trash: 30,
  'search-history': null,
  session: null,
  audit: 1095,
  logs: 30,
  metrics: 90,
  aggregates: 365,
};

/** Nothing goes. */
export const keepingEverything = Object.fromEntries(settableClasses.map((name) => [name, null])) as Policies;

/** The fewest days that a class may be kept; the database refuses less of the audit, too. */
export const leastDays: Partial<Record<SettableClass, number>> = { audit: 365 };

/** The class and days of the first policy that keeps its class for too short a time. */
export function tooShort(policies: Partial<Policies>): { class: SettableClass; days: number; least: number } | undefined {
  for (const name of settableClasses) {
    const [days, least] = [policies[name], leastDays[name]];
    if (least !== undefined && typeof days === 'number' && days < least) return { class: name, days, least };
  }
  return undefined;
}

/** How long something is kept that several organisations share: as long as the one that wants it longest. */
export function longestOf(days: readonly (number | null)[]): number | null {
  return days.reduce((longest, one) => (longest === null || one === null ? null : Math.max(longest, one)), 1);
}

/** A class whose days cannot be set, and why. */
export interface FixedClass {
  class: string;
  /** What is aimed at, where that is decided already. */
  keepDays: number | null;
  note: string;
}

/** Named, so that whoever looks for them finds them here. */
export const fixedClasses: readonly FixedClass[] = [
  { class: 'rendition', keepDays: null, note: 'Pictures and proxies go with their original.' },
  { class: 'personal', keepDays: null, note: 'By request: a person is erased with all they brought.' },
  { class: 'revenue', keepDays: 1095, note: 'Nothing of this class is stored yet.' },
  { class: 'financial', keepDays: 2555, note: 'Nothing of this class is stored yet.' },
];

const classes: Record<AssetKind, AssetClass> = {
  image: 'original-image',
  video: 'original-video',
  audio: 'original-audio',
  document: 'original-document',
  text: 'original-document',
  unknown: 'original-other',
};

/** The class of an original. */
export function classOf(kind: AssetKind): AssetClass {
  return classes[kind];
}
