import { HoldfastError } from '#kernel';
import type { DomainsAnswer } from '#reconcile';
import type { ApiSession } from '../api-session.adapter.ts';
import type { CommandInput } from '../command.ts';

/** What a command about the host was called with. */
export interface HostWords {
  /** undefined: all of them. */
  domain: string | undefined;
  values: Record<string, number>;
}

/** The argument of commands that take a domain and values. */
export const hostArgument = {
  notation: '[words...]',
  summary:
    'a domain (cores, memory, gpu; all unless said) and values such as video.threads=8 video.memoryHighMb=30000 ml.gpuPercent=60',
};

/** Reads the words: one without `=` is the domain. Throws HOST_WORDS_INVALID. */
export function readHostWords({ arguments: given }: CommandInput): HostWords {
  const words = [given.words ?? []].flat();
  const domains = words.filter((word) => !word.includes('='));
  if (domains.length > 1) throw invalid(`"${domains.join(' ')}" are several domains.`, 'Name one, or none for all of them.');
  return { domain: domains[0], values: Object.fromEntries(words.filter((word) => word.includes('=')).map(readValue)) };
}

function readValue(word: string): [string, number] {
  const [, name, text] = /^([a-z][a-z0-9-]*\.[A-Za-z]+\d{0,2})=(\d{1,9})$/.exec(word) ?? [];
  if (name !== undefined && text !== undefined) return [name, Number(text)];
  throw invalid(`"${word}" is no value.`, 'Say NAME=NUMBER, for example video.threads=8.');
}

/** The domains that are meant: the one that was named, with values the first, otherwise all. */
export async function meantDomains(api: ApiSession, { domain, values }: HostWords): Promise<string[]> {
  if (domain !== undefined) return [domain];
  const all = (await api.get<DomainsAnswer>('/reconcile')).domains.map((one) => one.domain);
  // The budgets of a workload are one plan, whichever of its domains is asked.
  return Object.keys(values).length > 0 ? all.slice(0, 1) : all;
}

/** Reads a whole number within bounds. Throws HOST_WORDS_INVALID. */
export function readWhole(word: unknown, name: string, [least, most]: readonly [number, number]): number {
  const number = /^\d{1,9}$/.test(String(word)) ? Number(word) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw invalid(
    `${name} is ${String(word)}, which is no number from ${least} to ${most}.`,
    `Say ${name} ${least}, for example.`,
  );
}

function invalid(message: string, action: string): HoldfastError {
  return new HoldfastError('HOST_WORDS_INVALID', { kind: 'invalid', message, action });
}
