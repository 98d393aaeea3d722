import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findCheckout } from '#manifest';

const run = promisify(execFile);
const sources = join(import.meta.dirname, 'server');
const buildMs = 1_800_000;
/** What Go says when modules are out of reach; all else is a defect. */
const unreachable = /dial tcp|no such host|Forbidden|not available|i\/o timeout|connection refused|GOPROXY|not found/i;

/** A program to be started, or why there is none. */
export type Built = { program: string; reason?: never } | { reason: string; program?: never };

function findGo(): string | undefined {
  for (const go of ['go', '/usr/local/go/bin/go', '/usr/lib/go/bin/go'])
    try {
      execFileSync(go, ['version'], { stdio: 'ignore' });
      return go;
    } catch {
      // The next may be there.
    }
  return undefined;
}

async function moduleFolder(go: string, folder: string, module: string): Promise<string> {
  const { stdout } = await run(go, ['mod', 'download', '-json', module], { cwd: folder, timeout: 300_000 });
  return (JSON.parse(stdout) as { Dir: string }).Dir;
}

/**
 * The library that belongs to this Vault lies in its own tree and is published in no version of its own: the nearest one gets a former name back
 * and two functions that it lacks, and loses a check that came later.
 */
function adaptLibrary(library: string): void {
  const backend = 'framework/backend.go';
  for (const file of globSync('{logical,framework,plugin}/**/*.go', { cwd: library })) {
    const path = join(library, file);
    const text = readFileSync(path, 'utf8');
    const adapted = text.replaceAll('SendEvent(', 'Send(');
    writeFileSync(path, file === backend ? adapted.replace('if p.ExistenceCheck == nil {', 'if false {') : adapted);
  }
  cpSync(join(sources, 'original_body.go.txt'), join(library, 'logical', 'original_body.go'));
}

async function build(go: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const file of ['main.go', 'go.mod']) cpSync(join(sources, file), join(folder, file));
  const library = join(folder, 'sdk');
  if (!existsSync(library)) {
    cpSync(await moduleFolder(go, folder, 'github.com/hashicorp/vault/sdk@v0.10.2'), library, { recursive: true });
    execFileSync('chmod', ['-R', 'u+w', library]);
    adaptLibrary(library);
  }
  await run(go, ['build', '-mod=mod', '-o', 'vault-server.new', '.'], { cwd: folder, timeout: buildMs, maxBuffer: 1 << 26 });
  renameSync(join(folder, 'vault-server.new'), join(folder, 'vault-server'));
  rmSync(library, { recursive: true, force: true });
}

function fingerprint(): string {
  const hash = createHash('sha256');
  for (const file of readdirSync(sources).sort()) hash.update(readFileSync(join(sources, file)));
  return hash.digest('hex').slice(0, 16);
}

/** A Vault built from Go's modules into var/peers; from there when it was built before. The first time takes minutes. */
export async function buildVault(): Promise<Built> {
  const folder = join(findCheckout(), 'var', 'peers', `vault-${fingerprint()}`);
  const program = join(folder, 'vault-server');
  if (existsSync(program)) return { program };
  const go = findGo();
  if (!go) return { reason: 'Go is not installed: a real Vault cannot be built.' };
  try {
    await build(go, folder);
    return { program };
  } catch (error) {
    const words = String((error as { stderr?: string }).stderr || error).trim();
    if (!unreachable.test(words)) throw error;
    return { reason: `the modules of a real Vault cannot be had here: ${words.slice(-300)}` };
  }
}
