import type { Config, ConfigGeneration, ConfigMistake, DiffLine } from '../src/api/config-queries.ts';
import { type Call, MockProblem, type Routes } from './call.ts';

const written = `# The observatory's box, since the move into the cellar.
profile: ryzen-7950x-4090

# Ada: the films of the north dome are large.
redis:
  maxMemoryMb: 8192 # as asked

zones:
  - { name: office, networks: [192.168.10.0/24], allow: [portal, api] }
`;

const hash = (number: number) => number.toString(16).padStart(64, '0');
const head = (number: number, author: string, reason: string, daysAgo: number): ConfigGeneration => ({
  number,
  author,
  reason,
  instant: new Date(Date.now() - daysAgo * 86_400_000).toISOString(),
  fileSha256: hash(number),
  resolvedSha256: hash(number + 100),
  key: 'c0ffee'.padEnd(64, '5'),
  previous: number === 1 ? null : hash(number - 1),
});

/** Generations with their texts: one world for each session of the mock. */
const generations: { head: ConfigGeneration; text: string }[] = [
  {
    head: head(1, 'ada', 'As found at the first start.', 40),
    text: "# The observatory's box, since the move into the cellar.\nprofile: ryzen-7950x-4090\n",
  },
  { head: head(2, 'Ada Rossi', 'More films from the north dome', 12), text: written.slice(0, written.indexOf('\nzones')) },
  { head: head(3, 'Ada Rossi', 'The office may look', 3), text: written },
];
const newest = () => generations.at(-1) as { head: ConfigGeneration; text: string };

function diff(before: string, after: string): DiffLine[] {
  const [old, fresh] = [before, after].map((text) => text.replace(/\n$/, '').split('\n')) as [string[], string[]];
  let start = 0;
  while (start < old.length && old[start] === fresh[start]) start += 1;
  let end = 0;
  while (end < Math.min(old.length, fresh.length) - start && old.at(-1 - end) === fresh.at(-1 - end)) end += 1;
  const lines = (kind: DiffLine['kind'], texts: string[]): DiffLine[] => texts.map((text) => ({ kind, text }));
  return [
    ...lines('kept', old.slice(0, start)),
    ...lines('removed', old.slice(start, old.length - end)),
    ...lines('added', fresh.slice(start, fresh.length - end)),
    ...lines('kept', old.slice(old.length - end)),
  ];
}

const memoryOf = (text: string) => /maxMemoryMb: (\S+)/.exec(text)?.[1];

function mistakesOf(text: string): ConfigMistake[] {
  return text.split('\n').flatMap((line, index): ConfigMistake[] => {
    const memory = /maxMemoryMb: (\S+)/.exec(line)?.[1];
    if (memory && !/^\d+$/.test(memory))
      return [
        {
          line: index + 1,
          key: 'redis.maxMemoryMb',
          value: JSON.stringify(memory),
          message: 'Invalid input: expected number, received string',
          remedy: 'What it may keep in memory.',
        },
      ];
    if (/^redi:/.test(line))
      return [
        { line: index + 1, key: 'redi', value: null, message: 'Unrecognized key: "redi"', remedy: 'Did you mean redis?' },
      ];
    return [];
  });
}

function changesOf(before: string, after: string) {
  const [old, fresh] = [memoryOf(before), memoryOf(after)].map((value) => (value === undefined ? 8192 : Number(value)));
  return old === fresh ? [] : [{ key: 'redis.maxMemoryMb', before: old, after: fresh }];
}

function configOf({ cookies }: Call): Config {
  const mood = cookies['mock-config'];
  if (mood === 'fail')
    throw new MockProblem(503, 'GENERATIONS_GIT_MISSING', '/usr/bin/git cannot be run: ENOENT.', 'Run apt-get install git.');
  const { head: last, text: recorded } = newest();
  const text =
    mood === 'edited' ? recorded.replace('8192', '16384') : mood === 'broken' ? recorded.replace('8192', 'plenty') : recorded;
  const isEdited = text !== recorded;
  return {
    file: '/etc/holdfast/appliance.yaml',
    text,
    sha256: isEdited ? hash(999) : last.fileSha256,
    profile: 'ryzen-7950x-4090',
    resolved: {},
    declaredOnly: ['zones', 'alerts', 'backups'],
    mistakes: mistakesOf(text),
    newest: last,
    drift: {
      state: isEdited ? 'edited' : 'none',
      changedAt: new Date(Date.now() - 3_600_000).toISOString(),
      owner: 'root',
      lines: diff(recorded, text),
      changes: mood === 'broken' ? [] : changesOf(recorded, text),
    },
    awaitingStart: changesOf(written, text),
    canWrite:
      mood === 'foreign'
        ? {
            possible: false,
            reason: '/etc/holdfast may not be written by the account that the appliance runs as; it belongs to root.',
          }
        : { possible: true, reason: null },
  };
}

const schema = {
  properties: {
    profile: { description: 'The hardware that this is written for.' },
    redis: { description: 'Queues and events.', properties: { maxMemoryMb: { description: 'What it may keep in memory.' } } },
    zones: {
      description: 'Networks by name and what may be reached from each.',
      items: {
        properties: {
          name: { description: 'How it is called.' },
          networks: { description: 'Its networks.' },
          allow: { description: 'What may be reached from there.' },
        },
      },
    },
  },
};

function change(call: Call, text: string) {
  const { reason, baseGeneration } = call.body as { reason: string; baseGeneration: number | null };
  const former = newest();
  if (baseGeneration !== former.head.number || reason === 'stale')
    throw new MockProblem(
      409,
      'CONFIG_GENERATION_STALE',
      `The configuration is at generation ${former.head.number} by now: Grace changed it.`,
      'Look at the configuration as it is now, and make the change again.',
    );
  const number = former.head.number + 1;
  generations.push({ head: head(number, 'Ada Rossi', reason, 0), text });
  return { body: { generation: number, changes: changesOf(former.text, text) } };
}

function find(number: string | undefined) {
  const found = generations[Number(number) - 1];
  if (found) return found;
  throw new MockProblem(404, 'GENERATION_NOT_FOUND', `There is no generation ${number}: there are 1 to ${generations.length}.`);
}

/** The configuration and its generations. */
export const configRoutes: Routes = [
  ['GET', /^\/config$/, (call) => ({ body: configOf(call) })],
  ['GET', /^\/config\/schema$/, () => ({ body: schema })],
  [
    'GET',
    /^\/config\/generations$/,
    () => ({ body: { items: generations.map((one) => one.head).reverse(), nextCursor: null } }),
  ],
  [
    'GET',
    /^\/config\/generations\/(\d+)\/diff$/,
    (_call, number) => {
      const to = find(number);
      const from = find(String(Math.max(1, to.head.number - 1)));
      return {
        body: { from: from.head, to: to.head, lines: diff(from.text, to.text), changes: changesOf(from.text, to.text) },
      };
    },
  ],
  [
    'GET',
    /^\/config\/blame$/,
    () => {
      const bringerOf = (line: string) => generations.find(({ text }) => text.split('\n').includes(line))?.head.number ?? 1;
      const lines = newest()
        .text.replace(/\n$/, '')
        .split('\n')
        .map((text) => ({ number: bringerOf(text), text }));
      return { body: { lines, generations: generations.map((one) => one.head) } };
    },
  ],
  ['GET', /^\/config\/inventory$/, () => ({ body: { host: 'box', inventory: 'all:\n  children: {}\n' } })],
  [
    'POST',
    /^\/config\/check$/,
    (call) => {
      const text = String(call.body.text);
      const former = configOf(call).text ?? '';
      return { body: { text, mistakes: mistakesOf(text), lines: diff(former, text), changes: changesOf(former, text) } };
    },
  ],
  ['POST', /^\/config\/set$/, (call) => change(call, String(call.body.text))],
  [
    'POST',
    /^\/config\/restore$/,
    (call) => change(call, call.body.generation ? find(String(call.body.generation)).text : newest().text),
  ],
  ['POST', /^\/config\/adopt$/, (call) => change(call, configOf(call).text ?? '')],
];
