import type { ModelManifest } from '../domain/model-manifest.schema.ts';
import type { TextTower } from '../domain/model-parts.schema.ts';
import { constantTensors } from './constant-inputs.ts';
import { modelFault } from './model-fault.ts';
import { loadRuntime, openSession, requireTensors, runFor } from './session.ts';
import { openTokenizer, type TokenRows } from './tokenizer.ts';
import { type GraphOutput, toVectors } from './vectors.ts';

/** Whether a text is what someone looks for or what is to be found; some encoders were trained to tell them apart. */
export type TextPurpose = 'query' | 'document';

/** Answers the vectors of texts. */
export type TextRunner = (texts: string[], purposes: TextPurpose[]) => Promise<Float32Array>;

const sources = { 'token-ids': 'ids', 'attention-mask': 'mask', 'token-types': 'types' } as const;

/** Opens the part of a model that takes text. */
export async function openTextRunner(folder: string, manifest: ModelManifest, threads: number): Promise<TextRunner> {
  const { text, embedding } = manifest;
  if (!text || !embedding) throw modelFault('MODEL_PART_MISSING', `${manifest.name} takes no text.`);
  const session = await openSession(`${folder}/${text.file}`, threads);
  const inputs = [...text.inputs, ...text.constantInputs].map(({ name }) => name);
  requireTensors(session, text.file, inputs, [text.output.name]);
  const tokenize = await openTokenizer(folder, text.tokenizer);
  const shape = { dimensions: embedding.dimensions, pooling: text.output.pooling, normalise: embedding.normalise };
  return async (texts, purposes) => {
    const rows = tokenize(texts.map((value, index) => prepare(value, text, purposes[index] ?? 'document')));
    const feeds = { ...(await tokenTensors(text, rows)), ...(await constantTensors(text.constantInputs, texts.length)) };
    const output = await runFor(session, feeds, text.output.name);
    return toVectors(output as unknown as GraphOutput, texts.length, shape, rows.mask);
  };
}

function prepare(value: string, { tokenizer }: TextTower, purpose: TextPurpose): string {
  const prompted = tokenizer.prompt[purpose] + value.toWellFormed();
  return tokenizer.lowerCase ? prompted.toLowerCase() : prompted;
}

async function tokenTensors(text: TextTower, rows: TokenRows) {
  const { Tensor } = await loadRuntime();
  const dims = [rows.ids.length, rows.ids[0]?.length ?? 0];
  return Object.fromEntries(
    text.inputs.map(({ name, source }) => {
      const values = BigInt64Array.from(rows[sources[source]].flat(), (value) => BigInt(value));
      return [name, new Tensor('int64', values, dims)];
    }),
  );
}
