import type { assetKinds } from '../../http/asset.contract.ts';

type AssetKind = (typeof assetKinds)[number];

/** Classes whose days an administrator may set. */
export const settableClasses = [
  'original-image',
  'original-video',
  'original-audio',
  'original-document',
  'original-other',
  'trash',
  'search-history',
  'session',
] as const;
export type SettableClass = (typeof settableClasses)[number];

/** Classes that assets belong to. */
export type AssetClass = Exclude<SettableClass, 'search-history' | 'session'>;

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
};

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
  { class: 'audit', keepDays: 1095, note: 'Never thinned out by single rows. Nothing is removed from it in this version.' },
  { class: 'logs', keepDays: 30, note: 'Of the whole appliance, not of an organisation. Kept by size, not yet by days.' },
  { class: 'metrics', keepDays: 90, note: 'Nothing of this kind yet.' },
  { class: 'financial', keepDays: 2555, note: 'Nothing of this kind yet.' },
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
