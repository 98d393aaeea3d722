import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ModelManifest } from '../domain/model-manifest.schema.ts';
import { modelFault } from './model-fault.ts';
import { openSession, requireTensors, runFor } from './session.ts';
import { loadTransformers } from './tokenizer.ts';
import { type DecoderSizes, startDecoder } from './whisper-decoder.ts';
import {
  applyTokenRules,
  cutSegments,
  type DecodedToken,
  likeliest,
  probabilityOf,
  type TokenSegment,
  type WhisperVocabulary,
} from './whisper-tokens.ts';

/** What is known about a window before it is heard. */
export interface WhisperWindowOptions {
  /** ISO 639-1 code, or null to find out. */
  language: string | null;
}

/** What was said in one window; seconds count from its start. */
export interface WhisperWindow {
  language: string | null;
  segments: { startSeconds: number; endSeconds: number; text: string; confidence: number }[];
  /** Where the next window should start. */
  nextSeconds: number;
}

/** Transcribes one window of 16-bit samples at 16 kHz, at most 30 seconds. */
export type WhisperRunner = (samples: Uint8Array, options: WhisperWindowOptions) => Promise<WhisperWindow>;

const sampleRate = 16_000;
const mostTokens = 224;
/** Thresholds of OpenAI's whisper, transcribe.py: silence is likely and the words are not; text that repeats itself. */
const silence = { noSpeech: 0.6, logProbability: -1 };
const mostCompression = 2.4;

interface Whisper {
  encoder: InferenceSession;
  decoder: InferenceSession;
  vocabulary: WhisperVocabulary;
  sizes: DecoderSizes;
  features: (samples: Float32Array) => Promise<Tensor>;
  decode: (ids: number[]) => string;
}

/** Opens a speech model of the Whisper family. */
export async function openWhisper(folder: string, manifest: ModelManifest, threads: number): Promise<WhisperRunner> {
  const whisper = await openParts(folder, manifest, threads);
  return async (samples, { language }) => {
    const windowSeconds = samples.byteLength / 2 / sampleRate;
    const encoded = await runFor(
      whisper.encoder,
      { input_features: await whisper.features(toFloats(samples)) },
      'last_hidden_state',
    );
    const spoken = language ?? (await detectLanguage(whisper, encoded));
    const { tokens, noSpeech } = await decodeWindow(whisper, encoded, spoken);
    const mean = tokens.reduce((sum, token) => sum + token.logProbability, 0) / Math.max(1, tokens.length);
    if (noSpeech > silence.noSpeech && mean < silence.logProbability)
      return { language: null, segments: [], nextSeconds: windowSeconds };
    const { segments, nextSeconds } = cutSegments(tokens, whisper.vocabulary.timestampBegin, windowSeconds);
    return { language: spoken, segments: segments.flatMap((segment) => spell(segment, whisper)), nextSeconds };
  };
}

async function openParts(folder: string, manifest: ModelManifest, threads: number): Promise<Whisper> {
  const { speech } = manifest;
  if (!speech) throw modelFault('MODEL_PART_MISSING', `${manifest.name} takes no speech.`);
  const path = speech.folder === '.' ? folder : `${folder}/${speech.folder}`;
  const encoder = await openSession(`${folder}/${speech.encoderFile}`, threads);
  requireTensors(encoder, speech.encoderFile, ['input_features'], ['last_hidden_state']);
  const decoder = await openSession(`${folder}/${speech.decoderFile}`, threads);
  const cache = decoder.inputNames.filter((name) => name.startsWith('past_key_values.') || name === 'use_cache_branch');
  requireTensors(decoder, speech.decoderFile, ['input_ids', 'encoder_hidden_states', ...cache], ['logits']);
  const { AutoTokenizer, AutoFeatureExtractor } = await loadTransformers();
  const tokenizer = await AutoTokenizer.from_pretrained(path, { local_files_only: true }).catch(unloadable);
  const extractor = await AutoFeatureExtractor.from_pretrained(path, { local_files_only: true }).catch(unloadable);
  return {
    encoder,
    decoder,
    vocabulary: readVocabulary(readJson(path, 'generation_config.json')),
    sizes: readSizes(readJson(path, 'config.json')),
    features: async (samples) => {
      const { input_features: features } = (await extractor(samples)) as { input_features: { ort_tensor: Tensor } };
      return features.ort_tensor;
    },
    decode: (ids) => tokenizer.decode(ids, { skip_special_tokens: true }),
  };
}

function unloadable(cause: Error): never {
  throw modelFault('MODEL_TOKENIZER_UNLOADABLE', `The tokenizer or feature extractor does not load: ${cause.message}`);
}

function readJson(folder: string, name: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as Record<string, unknown>;
  } catch (cause) {
    throw modelFault('MODEL_CONFIG_UNREADABLE', `${name} cannot be read: ${(cause as Error).message}`);
  }
}

function readSizes(config: Record<string, unknown>): DecoderSizes {
  const heads = Number(config.decoder_attention_heads);
  const headSize = Number(config.d_model) / heads;
  if (Number.isInteger(headSize) && headSize > 0) return { heads, headSize };
  throw modelFault('MODEL_CONFIG_UNREADABLE', 'config.json lacks d_model or decoder_attention_heads.');
}

function readVocabulary(config: Record<string, unknown>): WhisperVocabulary {
  const startOfTranscript = Number(config.decoder_start_token_id);
  const noTimestamps = Number(config.no_timestamps_token_id);
  const endOfText = Number(config.eos_token_id);
  if (![startOfTranscript, noTimestamps, endOfText].every(Number.isInteger))
    throw modelFault('MODEL_CONFIG_UNREADABLE', 'generation_config.json lacks decoder_start, no_timestamps or eos token ids.');
  const languages = Object.entries((config.lang_to_id ?? {}) as Record<string, number>);
  return {
    startOfTranscript,
    endOfText,
    // Whisper's vocabularies place <|nospeech|>, <|notimestamps|> and <|0.00|> in a row.
    noSpeech: noTimestamps - 1,
    timestampBegin: noTimestamps + 1,
    languages: new Map(languages.map(([token, id]) => [token.replace(/^<\||\|>$/g, ''), id])),
    transcribeTask: (config.task_to_id as { transcribe?: number } | undefined)?.transcribe,
    suppress: (config.suppress_tokens as number[] | undefined) ?? [],
    suppressAtBegin: (config.begin_suppress_tokens as number[] | undefined) ?? [],
  };
}

async function detectLanguage({ decoder, sizes, vocabulary }: Whisper, encoded: Tensor): Promise<string | null> {
  if (vocabulary.languages.size === 0) return 'en';
  const state = await startDecoder(decoder, encoded, sizes);
  const logits = (await state.next([vocabulary.startOfTranscript])).at(-1);
  const ranked = [...vocabulary.languages].sort(([, a], [, b]) => (logits?.[b] ?? 0) - (logits?.[a] ?? 0));
  return ranked[0]?.[0] ?? null;
}

async function decodeWindow({ decoder, sizes, vocabulary }: Whisper, encoded: Tensor, language: string | null) {
  const state = await startDecoder(decoder, encoded, sizes);
  const languageToken = language === null ? undefined : vocabulary.languages.get(language);
  const prompt = [vocabulary.startOfTranscript, languageToken, vocabulary.transcribeTask].filter((id) => id !== undefined);
  const tokens: DecodedToken[] = [];
  let rows = await state.next(prompt);
  const noSpeech = probabilityOf(rows[0] as Float32Array, vocabulary.noSpeech);
  while (tokens.length < mostTokens) {
    const logits = rows.at(-1) as Float32Array;
    applyTokenRules(logits, tokens, vocabulary);
    const token = likeliest(logits);
    if (token.id === vocabulary.endOfText) break;
    tokens.push(token);
    rows = await state.next([token.id]);
  }
  return { tokens, noSpeech };
}

function spell(segment: TokenSegment, { decode }: Whisper): WhisperWindow['segments'] {
  const text = decode(segment.tokens.map(({ id }) => id)).trim();
  if (text === '' || text.length / deflateSync(text).length > mostCompression) return [];
  const mean = segment.tokens.reduce((sum, token) => sum + token.logProbability, 0) / segment.tokens.length;
  return [{ startSeconds: segment.startSeconds, endSeconds: segment.endSeconds, text, confidence: Math.exp(mean) }];
}

function toFloats(samples: Uint8Array): Float32Array {
  const view = new DataView(samples.buffer, samples.byteOffset, samples.byteLength);
  return Float32Array.from({ length: samples.byteLength >> 1 }, (_, index) => view.getInt16(index * 2, true) / 32768);
}
