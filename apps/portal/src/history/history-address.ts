import { compact, readText } from '../lib/query-text.ts';

/** What the address of the history says: whose changes, and which two generations are compared. */
export interface HistoryAddress {
  domain?: string | undefined;
  /** `12..11`: the second is the earlier one. */
  compare?: string | undefined;
}

/** Reads the address; whatever does not fit is left out. */
export function readHistoryAddress(raw: Record<string, unknown>): HistoryAddress {
  const domain = readText(raw, 'domain', 40);
  return compact({
    domain: domain && /^[a-z][a-z-]*$/.test(domain) ? domain : undefined,
    compare: writeCompared(readCompared(readText(raw, 'compare', 40))),
  });
}

/** Two generations out of `12..11`. */
export function readCompared(text: string | undefined): [number, number] | undefined {
  const [, one, other] = /^(\d{1,9})\.\.(\d{1,9})$/.exec(text ?? '') ?? [];
  return one === undefined || other === undefined ? undefined : [Number(one), Number(other)];
}

/** The other way round. */
export function writeCompared(compared: [number, number] | undefined): string | undefined {
  return compared?.join('..');
}
