import { GraphBuilder, type Handle } from '../onnx/index.ts';
import type { TinyModel } from './tiny-embedding-models.ts';
import { tinyTokenizer } from './tiny-tokenizer.ts';

const words = ['hello', 'world', 'again'];
const specials = [
  '<|endoftext|>',
  '<|startoftranscript|>',
  '<|en|>',
  '<|de|>',
  '<|translate|>',
  '<|transcribe|>',
  '<|nospeech|>',
  '<|notimestamps|>',
];
/** Timestamps up to 30 seconds, every 20 ms. */
const timestamps = Array.from({ length: 1501 }, (_, index) => `<|${(index * 0.02).toFixed(2)}|>`);
const hidden = 4;
const heads = 2;

/** What follows what, with how much weight: a window of sound says "hello world" for a second, "again" for another. */
const follows: [string, string, number][] = [
  ['<|startoftranscript|>', '<|en|>', 9],
  ['<|transcribe|>', '<|0.00|>', 12],
  ['<|0.00|>', 'hello', 12],
  ['hello', 'world', 12],
  ['world', '<|1.00|>', 12],
  ['<|1.00|>', '<|1.00|>', 12],
  ['<|1.00|>', 'again', 10],
  ['again', '<|2.00|>', 12],
  ['<|2.00|>', '<|endoftext|>', 12],
];

/**
 * A model with the signature of Whisper (Optimum's export) that writes "hello world again" over any sound and expects silence
 * where it hears none. With `past`, the decoder takes and answers keys and values as the merged export does.
 */
export function tinyWhisper({ past }: { past: boolean }): TinyModel {
  const tokenizer = tinyTokenizer({
    words,
    specials: [...specials, ...timestamps],
    specialsLast: true,
    unknown: 'again',
    padding: '<|endoftext|>',
  });
  const idOf = (token: string) => tokenizer.ids.get(token) ?? 0;
  const decoder = past ? 'onnx/decoder_model_merged.onnx' : 'onnx/decoder_model.onnx';
  return {
    manifest: {
      manifestVersion: 1,
      name: 'tiny-whisper',
      version: past ? '2.0.0' : '1.0.0',
      title: 'Tiny Whisper',
      task: 'speech-to-text',
      speech: { family: 'whisper', folder: '.', encoderFile: 'onnx/encoder_model.onnx', decoderFile: decoder },
      languages: ['en', 'de'],
      licence: { spdx: 'Apache-2.0', source: 'Made by the test.' },
    },
    files: {
      'onnx/encoder_model.onnx': encoderGraph(),
      [decoder]: decoderGraph(tokenizer.ids, past),
      ...tokenizer.files,
      'config.json': JSON.stringify({
        model_type: 'whisper',
        d_model: hidden,
        decoder_attention_heads: heads,
        decoder_layers: 1,
      }),
      'generation_config.json': JSON.stringify({
        decoder_start_token_id: idOf('<|startoftranscript|>'),
        eos_token_id: idOf('<|endoftext|>'),
        no_timestamps_token_id: idOf('<|notimestamps|>'),
        lang_to_id: { '<|en|>': idOf('<|en|>'), '<|de|>': idOf('<|de|>') },
        task_to_id: { translate: idOf('<|translate|>'), transcribe: idOf('<|transcribe|>') },
        suppress_tokens: [],
        begin_suppress_tokens: [idOf('<|endoftext|>')],
      }),
      'preprocessor_config.json': JSON.stringify({
        feature_extractor_type: 'WhisperFeatureExtractor',
        feature_size: 80,
        sampling_rate: 16000,
        hop_length: 160,
        chunk_length: 30,
        n_fft: 400,
        n_samples: 480000,
        nb_max_frames: 3000,
        padding_value: 0,
      }),
    },
  };
}

/** One row that says how loud the window is: the span of its log-mel values. */
function encoderGraph(): Uint8Array {
  const graph = new GraphBuilder('encoder');
  const features = graph.input('input_features', 'float32', ['batch', 80, 3000]);
  const most = graph.add('ReduceMax', [features], { axes: [1, 2], keepdims: 1 });
  const least = graph.add('ReduceMin', [features], { axes: [1, 2], keepdims: 1 });
  const span = graph.add('Sub', [most, least]);
  graph.output('last_hidden_state', graph.add('Expand', [span, graph.integers([1, 1, hidden])]), 'float32', [
    'batch',
    1,
    hidden,
  ]);
  return graph.encode();
}

function decoderGraph(ids: ReadonlyMap<string, number>, past: boolean): Uint8Array {
  const graph = new GraphBuilder('decoder');
  const tokens = graph.input('input_ids', 'int64', ['batch', 'tokens']);
  const encoded = graph.input('encoder_hidden_states', 'float32', ['batch', 'frames', hidden]);
  const said = graph.add('Gather', [followTable(graph, ids), tokens], { axis: 0 });
  const logits = unlessSilent(graph, ids, encoded, said);
  graph.output('logits', logits, 'float32', ['batch', 'tokens', ids.size]);
  if (past) rememberKeys(graph, logits);
  return graph.encode();
}

function followTable(graph: GraphBuilder, ids: ReadonlyMap<string, number>): Handle {
  // One-hot factors instead of a full table: 1 513 squared would be nine megabytes.
  const from = [...new Set(follows.map(([token]) => token))];
  const rows = new Float32Array(ids.size * from.length);
  from.forEach((token, index) => {
    rows[(ids.get(token) ?? 0) * from.length + index] = 1;
  });
  const columns = new Float32Array(from.length * ids.size);
  for (const [token, next, weight] of follows) columns[from.indexOf(token) * ids.size + (ids.get(next) ?? 0)] = weight;
  const left = graph.floats([...rows], [ids.size, from.length]);
  return graph.add('MatMul', [left, graph.floats([...columns], [from.length, ids.size])]);
}

/** Where the window is silent, no speech is likely and no word is likelier than another. */
function unlessSilent(graph: GraphBuilder, ids: ReadonlyMap<string, number>, encoded: Handle, said: Handle): Handle {
  const loud = graph.add('ReduceMean', [encoded], { axes: [1, 2], keepdims: 1 });
  const silent = graph.add('Cast', [graph.add('Less', [loud, graph.floats(0.5)])], { to: 1 });
  const bias = new Float32Array(ids.size);
  bias[ids.get('<|nospeech|>') ?? 0] = 30;
  const heard = graph.add('Mul', [said, graph.add('Sub', [graph.floats(1), silent])]);
  return graph.add('Add', [heard, graph.add('Mul', [silent, graph.floats([...bias], [1, 1, ids.size])])]);
}

/** The decoder's keys and values: each call adds one row per token; the encoder's are answered once. */
function rememberKeys(graph: GraphBuilder, logits: Handle): void {
  graph.input('use_cache_branch', 'bool', [1]);
  const shape = graph.add('Shape', [logits]);
  const count = graph.add('Slice', [shape, graph.integers([1]), graph.integers([2])]);
  const rows = graph.add('Concat', [graph.integers([1, heads]), count, graph.integers([hidden / heads])], { axis: 0 });
  const fresh = graph.add('ConstantOfShape', [rows]);
  for (const side of ['decoder', 'encoder'])
    for (const kind of ['key', 'value']) {
      const dims = ['batch', heads, `${side} tokens`, hidden / heads];
      const before = graph.input(`past_key_values.0.${side}.${kind}`, 'float32', dims);
      graph.output(`present.0.${side}.${kind}`, graph.add('Concat', [before, fresh], { axis: 2 }), 'float32', dims);
    }
}
