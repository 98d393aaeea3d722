import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCheckout } from '#manifest';

let version: string | undefined;

/** Holdfast's own version, from its package.json. */
export function productVersion(): string {
  version ??= (JSON.parse(readFileSync(join(findCheckout(), 'package.json'), 'utf8')) as { version: string }).version;
  return version;
}
