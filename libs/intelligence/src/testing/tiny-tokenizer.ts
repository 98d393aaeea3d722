/** A word-level tokenizer as small as can be, in the files that Transformers.js reads. */
export interface TinyTokenizer {
  /** Token id of each word or special token. */
  ids: ReadonlyMap<string, number>;
  files: Record<string, string>;
}

interface TinyTokenizerOptions {
  words: string[];
  /** Tokens that are not words; they come first in the vocabulary, unless `specialsLast`. */
  specials: string[];
  specialsLast?: boolean;
  unknown: string;
  padding: string;
  /** Put before and after every text. */
  begin?: string;
  end?: string;
  lowerCase?: boolean;
}

/** Makes `tokenizer.json` and `tokenizer_config.json`. */
export function tinyTokenizer(options: TinyTokenizerOptions): TinyTokenizer {
  const { words, specials, unknown, begin, end } = options;
  const vocabulary = options.specialsLast ? [...words, ...specials] : [...specials, ...words];
  const ids = new Map(vocabulary.map((token, id) => [token, id]));
  const idOf = (token: string) => ids.get(token) ?? 0;
  const template = (sequence: string) => [
    ...(begin ? [{ SpecialToken: { id: begin, type_id: 0 } }] : []),
    { Sequence: { id: sequence, type_id: 0 } },
    ...(end ? [{ SpecialToken: { id: end, type_id: 0 } }] : []),
  ];
  const wrapped = [begin, end].filter((token) => token !== undefined);
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specials.map((content) => ({
      id: idOf(content),
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: options.lowerCase === false ? null : { type: 'Lowercase' },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: template('A'),
      pair: template('A'),
      special_tokens: Object.fromEntries(wrapped.map((token) => [token, { id: token, ids: [idOf(token)], tokens: [token] }])),
    },
    decoder: null,
    model: { type: 'WordLevel', vocab: Object.fromEntries(ids), unk_token: unknown },
  };
  const config = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    model_max_length: 77,
    unk_token: unknown,
    pad_token: options.padding,
  };
  return { ids, files: { 'tokenizer.json': JSON.stringify(tokenizer), 'tokenizer_config.json': JSON.stringify(config) } };
}
