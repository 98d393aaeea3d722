import { z } from 'zod';
import { modelFolder, modelPath } from './model-path.ts';

/** Sizes of a tensor; `batch` and other names stand for sizes that vary. */
const shape = z.array(z.union([z.number().int().positive(), z.string().min(1).max(40)])).max(8);
const tensorName = z.string().min(1).max(200);
const three = z.tuple([z.number(), z.number(), z.number()]);

/** A tensor that always holds the same, for graphs that ask for more inputs than a task has (a CLIP file of both towers). */
const constantInput = z.strictObject({
  name: tensorName,
  type: z.enum(['float32', 'int64', 'bool', 'uint8']),
  shape: shape.describe('`batch` stands for the number of items.'),
  fill: z.number().default(0),
});

const output = z.strictObject({
  name: tensorName,
  shape,
  pooling: z
    .enum(['none', 'mean', 'cls'])
    .default('none')
    .describe('From a row per token or patch to one vector: mean over the unmasked, or the first row.'),
});

/** How pixels become the tensor that a model was trained on. */
const imagePreprocessing = z.strictObject({
  width: z.number().int().min(8).max(4096),
  height: z.number().int().min(8).max(4096),
  fit: z
    .enum(['cover', 'contain', 'fill'])
    .describe('cover: shortest side, then centre crop (CLIP). contain: whole picture on black. fill: stretched (SigLIP).'),
  layout: z.enum(['NCHW', 'NHWC']).default('NCHW'),
  channelOrder: z.enum(['RGB', 'BGR']).default('RGB'),
  rescale: z
    .number()
    .positive()
    .default(1 / 255)
    .describe('Factor on the bytes 0–255, before mean and standard deviation.'),
  mean: three.default([0, 0, 0]),
  std: three.refine((values) => values.every((value) => value > 0), 'must be positive').default([1, 1, 1]),
});

/** The part of a model that takes pictures. */
export const imageTower = z.strictObject({
  file: modelPath,
  input: z.strictObject({
    name: tensorName,
    type: z.enum(['float32', 'uint8']).describe('uint8 takes the bytes as they are, without rescale, mean and std.'),
    shape,
  }),
  constantInputs: z.array(constantInput).max(8).default([]),
  output,
  preprocessing: imagePreprocessing,
});
export type ImageTower = z.output<typeof imageTower>;

const tokenizer = z.strictObject({
  folder: modelFolder.describe('Folder with tokenizer.json and tokenizer_config.json.'),
  maxLength: z.number().int().min(2).max(8192).describe('Tokens; longer text is cut.'),
  padding: z.enum(['longest', 'max-length']).default('longest'),
  lowerCase: z.boolean().default(false),
  prompt: z
    .strictObject({ query: z.string().max(200).default(''), document: z.string().max(200).default('') })
    .default({ query: '', document: '' })
    .describe('Put before the text, as some encoders were trained ("query: ", "passage: ").'),
});

/** The part of a model that takes text. */
export const textTower = z.strictObject({
  file: modelPath,
  tokenizer,
  inputs: z
    .array(
      z.strictObject({
        name: tensorName,
        source: z.enum(['token-ids', 'attention-mask', 'token-types']),
        type: z.literal('int64').default('int64'),
      }),
    )
    .min(1)
    .max(3),
  constantInputs: z.array(constantInput).max(8).default([]),
  output,
});
export type TextTower = z.output<typeof textTower>;

/** An encoder–decoder that writes down speech, of the Whisper family as exported by Optimum. */
export const speechModel = z.strictObject({
  family: z.literal('whisper'),
  folder: modelFolder.describe('Folder with tokenizer.json, preprocessor_config.json, config.json and generation_config.json.'),
  encoderFile: modelPath,
  decoderFile: modelPath.describe(
    'Merged decoder with past (decoder_model_merged.onnx), or one without past (decoder_model.onnx).',
  ),
});
export type SpeechModel = z.output<typeof speechModel>;
