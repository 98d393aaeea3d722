import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { modelFault } from './model-fault.ts';
import { loadRuntime, runFor } from './session.ts';

/** Sizes of the decoder's attention (from config.json). */
export interface DecoderSizes {
  heads: number;
  headSize: number;
}

/** Answers the logits after the given tokens; tokens of earlier calls are remembered where the graph can. */
export interface DecoderState {
  next(tokens: number[]): Promise<Float32Array[]>;
}

/** Starts decoding one window over its encoded sound, with the graph's memory of keys and values where it has one. */
export async function startDecoder(session: InferenceSession, encoded: Tensor, sizes: DecoderSizes): Promise<DecoderState> {
  const { Tensor: OrtTensor } = await loadRuntime();
  const pastNames = session.inputNames.filter((name) => name.startsWith('past_key_values.'));
  const remembers = pastNames.length > 0;
  const empty = () => new OrtTensor('float32', new Float32Array(0), [1, sizes.heads, 0, sizes.headSize]);
  const past: Record<string, Tensor> = Object.fromEntries(pastNames.map((name) => [name, empty()]));
  const sofar: number[] = [];
  let first = true;

  return {
    async next(tokens) {
      sofar.push(...tokens);
      const fed = remembers ? tokens : sofar;
      const feeds: Record<string, Tensor> = {
        input_ids: new OrtTensor('int64', BigInt64Array.from(fed, BigInt), [1, fed.length]),
        encoder_hidden_states: encoded,
        ...past,
      };
      if (session.inputNames.includes('use_cache_branch')) feeds.use_cache_branch = new OrtTensor('bool', [!first], [1]);
      const results = remembers ? await session.run(feeds) : { logits: await runFor(session, feeds, 'logits') };
      for (const name of pastNames) {
        const present = results[name.replace('past_key_values', 'present')];
        // The merged graph answers the encoder's keys only the first time; they never change.
        if (present && (first || !name.includes('.encoder.'))) past[name] = present as Tensor;
      }
      first = false;
      return lastRows(results.logits as Tensor, tokens.length);
    },
  };
}

function lastRows(logits: Tensor, count: number): Float32Array[] {
  const [, rows = 0, width = 0] = logits.dims;
  if (logits.dims.length !== 3 || rows < count)
    throw modelFault(
      'MODEL_DIMENSIONS_MISMATCH',
      `The decoder answers logits [${logits.dims.join(', ')}], not [1, tokens, words].`,
    );
  const data = logits.data as Float32Array;
  return Array.from({ length: count }, (_, index) => {
    const row = rows - count + index;
    return data.slice(row * width, (row + 1) * width);
  });
}
