import { z } from 'zod';
import { HoldfastError } from '#kernel';
import { imageTower, speechModel, textTower } from './model-parts.schema.ts';
import { modelPath } from './model-path.ts';

/** What a model can do; each task is one code path of the inference processes. */
export const modelTasks = [
  'visual-descriptor',
  'image-embedding',
  'text-image-embedding',
  'sentence-embedding',
  'speech-to-text',
] as const;
export type ModelTask = (typeof modelTasks)[number];

/** The parts that a model of each task must describe. */
const requiredParts: Record<ModelTask, ('embedding' | 'image' | 'text' | 'speech')[]> = {
  'visual-descriptor': ['embedding', 'image'],
  'image-embedding': ['embedding', 'image'],
  'text-image-embedding': ['embedding', 'image', 'text'],
  'sentence-embedding': ['embedding', 'text'],
  'speech-to-text': ['speech'],
};

/** Which of a model's cosines mean that two things look alike. */
const alikeness = z
  .strictObject({
    least: z.number().min(-1).max(1).describe('Nothing below this cosine is alike, however unlike all else is.'),
    sure: z.number().min(-1).max(1).describe('From this cosine on all is alike, however alike all else is.'),
    parts: z
      .array(
        z.strictObject({
          name: z.string().min(1).max(40).describe('What these values describe, as people say it: "colours".'),
          from: z.number().int().nonnegative(),
          to: z.number().int().positive().describe('The first value after the part.'),
          least: z.number().min(-1).max(1).describe('From this cosine of the part on, the reason names it.'),
        }),
      )
      .max(8)
      .default([])
      .describe('Ranges of the vector that describe something of their own.'),
  })
  .refine(({ least, sure }) => least <= sure, 'least must not be above sure');

const embedding = z.strictObject({
  dimensions: z.number().int().min(1).max(4000).describe('Length of the vectors.'),
  space: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/)
    .describe('What the vectors are for. Of all versions and models with the same task and space at most one is enabled.'),
  distance: z.enum(['cosine', 'inner-product', 'euclidean']).default('cosine'),
  normalise: z.boolean().default(true).describe('Scale vectors to length 1 after the model.'),
  alike: alikeness.optional().describe('Measured with this model; without it what stands out of the library is alike.'),
});

const file = z.strictObject({
  path: modelPath,
  bytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in 64 lower-case hex digits'),
});

/** The shape of `model.json`: everything the appliance must know to check, run and account for a model. */
export const modelManifestSchema = z
  .strictObject({
    manifestVersion: z.literal(1),
    name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'lower-case letters, digits, ".", "_" and "-", at most 64'),
    version: z.string().regex(/^\d{1,6}\.\d{1,6}\.\d{1,6}(-[0-9A-Za-z.-]{1,32})?$/, 'a semantic version such as 1.0.0'),
    title: z.string().min(1).max(120),
    description: z.string().max(2000).optional(),
    task: z.enum(modelTasks),
    embedding: embedding.optional(),
    image: imageTower.optional(),
    text: textTower.optional(),
    speech: speechModel.optional(),
    languages: z
      .array(z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/))
      .max(200)
      .default([]),
    licence: z.strictObject({
      spdx: z.string().min(1).max(120).describe('SPDX licence expression, or LicenseRef-… for another.'),
      source: z.string().min(1).max(500).describe('Where the weights come from.'),
    }),
    memoryMb: z.number().int().positive().max(262144).optional().describe('Memory that one process of this model may take.'),
    files: z.array(file).min(1).max(500),
  })
  .superRefine((manifest, context) => {
    for (const part of requiredParts[manifest.task])
      if (!manifest[part])
        context.addIssue({ code: 'custom', path: [part], message: `a ${manifest.task} model must describe it` });
    for (const [index, { from, to }] of (manifest.embedding?.alike?.parts ?? []).entries())
      if (from >= to || to > (manifest.embedding?.dimensions ?? 0))
        context.addIssue({
          code: 'custom',
          path: ['embedding', 'alike', 'parts', index],
          message: `values ${from} to ${to} are no part of the vector`,
        });
    const paths = manifest.files.map((entry) => entry.path);
    if (new Set(paths).size !== paths.length)
      context.addIssue({ code: 'custom', path: ['files'], message: 'a file is listed twice' });
    for (const [where, path] of referencedFiles(manifest))
      if (!paths.includes(path))
        context.addIssue({ code: 'custom', path: where, message: `${path} is not listed under files` });
  });

/** A model's validated description. */
export type ModelManifest = z.output<typeof modelManifestSchema>;

type Parts = Pick<ModelManifest, 'image' | 'text' | 'speech'>;

/** Every file that the manifest names outside its list, with the place of the name. */
function referencedFiles({ image, text, speech }: Parts): [string[], string][] {
  const references: [string[], string | undefined][] = [
    [['image', 'file'], image?.file],
    [['text', 'file'], text?.file],
    [['text', 'tokenizer', 'folder'], text && joinPath(text.tokenizer.folder, 'tokenizer.json')],
    [['speech', 'encoderFile'], speech?.encoderFile],
    [['speech', 'decoderFile'], speech?.decoderFile],
    [['speech', 'folder'], speech && joinPath(speech.folder, 'tokenizer.json')],
  ];
  return references.filter((entry): entry is [string[], string] => entry[1] !== undefined);
}

function joinPath(folder: string, name: string): string {
  return folder === '.' ? name : `${folder}/${name}`;
}

/** Name of the room for this model's vectors: those of different models or versions never meet, so each version has its own. */
export function embeddingSpaceName(manifest: Pick<ModelManifest, 'name' | 'version'>): string {
  return `${manifest.name}@${manifest.version}`;
}

/** Checks the text of a `model.json`. Throws MODEL_MANIFEST_INVALID naming each value that does not fit. */
export function parseModelManifest(text: string, source: string): ModelManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalidManifest(source, [`it is not JSON: ${(cause as Error).message}`], cause);
  }
  const result = modelManifestSchema.safeParse(value);
  if (result.success) return result.data;
  throw invalidManifest(
    source,
    result.error.issues.slice(0, 20).map((issue) => `${issue.path.join('.') || '(file)'}: ${issue.message}`),
  );
}

function invalidManifest(source: string, problems: string[], cause?: unknown): HoldfastError {
  return new HoldfastError('MODEL_MANIFEST_INVALID', {
    kind: 'invalid',
    message: `${source} does not describe a model: ${problems.join('; ')}`,
    action: 'Correct the named values; docs/guides/import-a-model.md describes them all.',
    values: { problems },
    cause,
  });
}
