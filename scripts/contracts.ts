import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { agentProtocolDocument } from '#agent-protocol';
import { declaredRoutes, declaredSocketEvents } from '#kernel';
import { manifestJsonSchema, profileJsonSchema } from '#manifest';
import { openApiDocument } from './openapi-document.ts';

// Generates what is committed for others to build on; with --check, says which of them is stale instead.
const root = join(import.meta.dirname, '..');
const contractFiles = globSync('libs/*/src/**/*.contract.ts', { cwd: root }).sort();
for (const file of contractFiles) await import(pathToFileURL(join(root, file)).href);

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const events = Object.fromEntries(
  declaredSocketEvents().map((event) => [
    event.name,
    { permission: event.permission, payload: z.toJSONSchema(event.payload, { io: 'output' }) },
  ]),
);
const artefacts: Record<string, unknown> = {
  'contracts/openapi.json': openApiDocument(declaredRoutes(), version),
  'contracts/socket-events.json': events,
  'contracts/agent-protocol.json': agentProtocolDocument(),
  'config/appliance.schema.json': manifestJsonSchema(),
  'config/profiles/profile.schema.json': profileJsonSchema(),
};

const stale: string[] = [];
for (const [file, content] of Object.entries(artefacts)) {
  const path = join(root, file);
  const text = `${JSON.stringify(content, null, 2)}\n`;
  if (process.argv.includes('--check')) {
    if (readOrEmpty(path) !== text) stale.push(file);
    continue;
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.log(`wrote ${file}`);
}
if (stale.length > 0) {
  console.error(`Stale: ${stale.join(', ')}. Run "npm run contracts" and commit the result.`);
  process.exitCode = 1;
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
