import type { TextTower } from '../domain/model-parts.schema.ts';
import { modelFault } from './model-fault.ts';

/** Tokens of several texts, all rows equally long; `mask` has a 1 per token that is not padding. */
export interface TokenRows {
  ids: number[][];
  mask: number[][];
  types: number[][];
}

type Tokenize = (texts: string[]) => TokenRows;

/** Transformers.js, loaded on first use and bound to local folders: it never asks the network for anything. */
export async function loadTransformers(): Promise<typeof import('@huggingface/transformers')> {
  const transformers = await import('@huggingface/transformers');
  transformers.env.allowRemoteModels = false;
  transformers.env.allowLocalModels = true;
  transformers.env.useFSCache = false;
  return transformers;
}

/** Opens the tokenizer of a model's folder. Throws MODEL_TOKENIZER_UNLOADABLE. */
export async function openTokenizer(folder: string, settings: TextTower['tokenizer']): Promise<Tokenize> {
  const { AutoTokenizer } = await loadTransformers();
  const path = settings.folder === '.' ? folder : `${folder}/${settings.folder}`;
  const tokenizer = await AutoTokenizer.from_pretrained(path, { local_files_only: true }).catch((cause: Error) => {
    throw modelFault(
      'MODEL_TOKENIZER_UNLOADABLE',
      `The tokenizer in ${settings.folder} does not load: ${cause.message}`,
      'The folder needs tokenizer.json and tokenizer_config.json as the model was published with.',
    );
  });
  const specials = new Set(tokenizer.all_special_ids);
  const encode = (text: string): Row => {
    const part = text.slice(0, settings.maxLength * mostCharactersPerToken);
    const encoded = tokenizer(part, { padding: false, truncation: false, return_tensor: false }) as unknown as Encoded;
    return cutRow({ ids: encoded.input_ids, types: encoded.token_type_ids }, settings.maxLength, specials);
  };
  return (texts) => {
    const rows = texts.map(encode);
    const longest = Math.max(1, ...rows.map(({ ids }) => ids.length));
    const length = settings.padding === 'max-length' ? settings.maxLength : longest;
    return padRows(rows, length, tokenizer.pad_token_id ?? 0);
  };
}

/** What lies beyond is cut before it is looked at, so that a book costs no more than a page. */
const mostCharactersPerToken = 40;

interface Encoded {
  input_ids: number[];
  token_type_ids?: number[] | undefined;
}

interface Row {
  ids: number[];
  types?: number[] | undefined;
}

/** A row of at most `length` tokens that keeps the special tokens at its end: models read the meaning off them. */
export function cutRow({ ids, types }: Row, length: number, specials: ReadonlySet<number>): Row {
  if (ids.length <= length) return { ids, types };
  let last = ids.length;
  while (last > 0 && specials.has(ids[last - 1] as number)) last--;
  const kept = Math.max(0, length - (ids.length - last));
  const cut = (values: number[]) => [...values.slice(0, kept), ...values.slice(last)].slice(0, length);
  return { ids: cut(ids), types: types && cut(types) };
}

/** Rows made equally long; a row without any token gets one, because a graph needs one. */
function padRows(rows: Row[], length: number, padding: number): TokenRows {
  const fill = (values: number[], value: number) => [...values, ...new Array<number>(length - values.length).fill(value)];
  return {
    ids: rows.map(({ ids }) => fill(ids, padding)),
    mask: rows.map(({ ids }) => fill(new Array<number>(Math.max(1, ids.length)).fill(1), 0)),
    types: rows.map(({ ids, types }) => fill(types ?? ids.map(() => 0), 0)),
  };
}
