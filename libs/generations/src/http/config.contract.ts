import { z } from 'zod';
import { defineRoute, pageOf, pageQuery } from '#kernel';
import { profiles } from '#manifest';

const instant = z.iso.datetime();
const number = z.number().int().positive();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const longestText = 131_072;

const generation = z.object({
  number: number.describe('From 1.'),
  author: z.string(),
  instant,
  reason: z.string(),
  fileSha256: sha256,
  resolvedSha256: sha256,
  key: sha256.describe('Public key that signed it.'),
  previous: sha256.nullable().describe('Hash of the record before it.'),
});

const line = z.object({ kind: z.enum(['kept', 'removed', 'added']), text: z.string() });
const change = z.object({
  key: z.string(),
  before: z.unknown().describe('Not there: it was not said.'),
  after: z.unknown().describe('Not there: it is not said any more.'),
});

const mistake = z.object({
  line: number.nullable().describe('In the text; null where it is about the file as a whole, or about its profile.'),
  key: z.string().describe('Keys with dots.'),
  value: z.string().nullable().describe('As JSON, shortened.'),
  message: z.string(),
  remedy: z.string().nullable(),
});

const drift = z.object({
  state: z.enum(['none', 'unrecorded', 'edited', 'missing', 'profile-changed']),
  changedAt: instant.nullable().describe('When the file was last written, as the file system says.'),
  owner: z.string().nullable(),
  lines: z.array(line).describe('From the newest generation to the file.'),
  changes: z.array(change),
});

const edit = {
  text: z.string().max(longestText).optional().describe('The whole file; nothing else then.'),
  set: z
    .array(
      z.strictObject({ key: z.string().max(300).describe('Keys with dots; entries of lists by name.'), value: z.unknown() }),
    )
    .max(200)
    .optional(),
  unset: z.array(z.string().max(300)).max(200).optional().describe('Keys that are to be again as their profile says.'),
};

const why = {
  reason: z.string().trim().min(1).max(500).describe('Kept with the generation.'),
  baseGeneration: number.nullable().describe('The newest generation that you have seen; null: there was none.'),
  baseSha256: sha256.optional().describe('SHA-256 of the file that you have seen.'),
};

const changed = z.object({
  generation: number.nullable().describe('The generation that was made; null where nothing differs.'),
  changes: z.array(change),
});

export const getConfig = defineRoute({
  id: 'getConfig',
  method: 'GET',
  path: '/config',
  access: 'config.read',
  summary: 'The manifest as it is written, with what its profile says, and how it departs from its newest generation',
  answer: z.object({
    file: z.string(),
    text: z.string().nullable().describe('null: the file is gone.'),
    sha256: sha256.nullable(),
    profile: z.enum(profiles).nullable(),
    resolved: z.record(z.string(), z.unknown()).nullable().describe('With its profile; null while it describes no appliance.'),
    declaredOnly: z.array(z.string()).describe('Sections that nothing acts on yet.'),
    mistakes: z.array(mistake),
    newest: generation.nullable(),
    drift,
    awaitingStart: z
      .array(change)
      .describe('Values that are declared but not in force: from what the api read when it started to the file.'),
    canWrite: z.object({ possible: z.boolean(), reason: z.string().nullable() }),
  }),
});

export const getConfigSchema = defineRoute({
  id: 'getConfigSchema',
  method: 'GET',
  path: '/config/schema',
  access: 'config.read',
  summary: 'JSON Schema of the manifest: every key with what it means',
  answer: z.record(z.string(), z.unknown()),
});

export const listConfigGenerations = defineRoute({
  id: 'listConfigGenerations',
  method: 'GET',
  path: '/config/generations',
  access: 'config.read',
  summary: 'Who changed the manifest when and why, newest first',
  query: pageQuery,
  answer: pageOf(generation),
});

export const getConfigGeneration = defineRoute({
  id: 'getConfigGeneration',
  method: 'GET',
  path: '/config/generations/:number',
  access: 'config.read',
  summary: 'A generation with the file as it was',
  params: z.object({ number: z.coerce.number().int().positive() }),
  answer: generation.extend({ text: z.string() }),
});

export const diffConfigGeneration = defineRoute({
  id: 'diffConfigGeneration',
  method: 'GET',
  path: '/config/generations/:number/diff',
  access: 'config.read',
  summary: 'What a generation changed, in lines and in values',
  params: z.object({ number: z.coerce.number().int().positive() }),
  query: z.object({ against: z.coerce.number().int().positive().optional().describe('The one before it unless said.') }),
  answer: z.object({ from: generation, to: generation, lines: z.array(line), changes: z.array(change) }),
});

export const blameConfig = defineRoute({
  id: 'blameConfig',
  method: 'GET',
  path: '/config/blame',
  access: 'config.read',
  summary: 'Which generation brought each line of the newest one',
  answer: z.object({ lines: z.array(z.object({ number, text: z.string() })), generations: z.array(generation) }),
});

export const getConfigInventory = defineRoute({
  id: 'getConfigInventory',
  method: 'GET',
  path: '/config/inventory',
  access: 'config.read',
  summary: 'An Ansible inventory that declares this box again; no secrets',
  answer: z.object({ host: z.string(), inventory: z.string() }),
});

export const checkConfig = defineRoute({
  id: 'checkConfig',
  method: 'POST',
  path: '/config/check',
  access: 'config.read',
  summary: 'What an edit would change and what is wrong with it; changes nothing',
  body: z.strictObject(edit),
  status: 200,
  answer: z.object({ text: z.string(), mistakes: z.array(mistake), lines: z.array(line), changes: z.array(change) }),
});

export const setConfig = defineRoute({
  id: 'setConfig',
  method: 'POST',
  path: '/config/set',
  access: 'config.change',
  summary: 'Edits the manifest and records the generation; in force from the next start',
  body: z.strictObject({ ...edit, ...why }),
  status: 200,
  answer: changed,
});

export const restoreConfig = defineRoute({
  id: 'restoreConfig',
  method: 'POST',
  path: '/config/restore',
  access: 'config.change',
  summary: 'Puts the manifest back to a generation, also over edits by hand, and records that',
  body: z.strictObject({ generation: number.optional().describe('The newest unless said.'), ...why }),
  status: 200,
  answer: changed,
});

export const adoptConfig = defineRoute({
  id: 'adoptConfig',
  method: 'POST',
  path: '/config/adopt',
  access: 'config.change',
  summary: 'Takes over the manifest as it was edited by hand, as a generation',
  body: z.strictObject(why),
  status: 200,
  answer: changed,
});
