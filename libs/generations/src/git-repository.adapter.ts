import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from './durable-write.adapter.ts';
import { generationError } from './generation-error.ts';

/** The whole configuration of the repository: whatever else somebody wrote into it is put right before git runs. */
const ownConfig = '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n';
/** Synced before git answers; nothing of hooks, replaced objects or configuration of the machine or its users. */
const settings = ['core.fsync=all', 'core.fsyncMethod=fsync', 'core.hooksPath=/dev/null', 'gc.auto=0', 'core.quotePath=true'];
const environment = {
  PATH: '/usr/bin:/bin',
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_TERMINAL_PROMPT: '0',
};
/** What a killed git leaves, and would wait for. */
const locks = ['HEAD', 'config', 'packed-refs', 'refs/heads/main', 'refs/holdfast/pending'].map((name) => `${name}.lock`);
const objectName = /^[0-9a-f]{40}$/;

/** A bare git repository of our own, spoken to by git's plumbing only: no work tree, no index, no shell. */
export class GitRepository {
  readonly folder: string;
  private readonly git: string;

  constructor(folder: string, git = '/usr/bin/git') {
    this.folder = folder;
    this.git = git;
  }

  /** Whether somebody has begun one here. Throws GENERATIONS_NOT_A_REPOSITORY when something else is in its place. */
  exists(): boolean {
    const names = this.names();
    if (names.includes('HEAD') && names.includes('objects') && names.includes('refs')) return true;
    if (names.every((name) => gitNames.has(name))) return false;
    throw generationError(
      'GENERATIONS_NOT_A_REPOSITORY',
      `${this.folder} is no git repository: it holds ${names.slice(0, 3).join(', ')}.`,
    );
  }

  /** Makes the repository where there is none, goes on where somebody was killed making it, and clears what killed writers left. Only under the lock. */
  prepare(): void {
    if (!this.exists()) this.run(['init', '--quiet', '--bare', '--template=', '--initial-branch=main', this.folder]);
    for (const lock of locks) rmSync(join(this.folder, lock), { force: true });
  }

  /** What a reference names; undefined where there is none. */
  readReference(name: string): string | undefined {
    const { status, stdout } = this.call(['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
    return status === 0 ? stdout.toString().trim() : undefined;
  }

  /** Points a reference at a commit, or removes it. */
  writeReference(name: string, commit: string | undefined): void {
    this.run(['update-ref', ...(commit ? [name, commit] : ['-d', name])]);
  }

  /** Stores an object; answers its name. */
  writeObject(type: 'blob' | 'commit', content: string): string {
    return this.run(['hash-object', '-t', type, '-w', '--stdin'], content).toString().trim();
  }

  /** Stores a folder of files; answers its name. */
  writeTree(files: Record<string, string>): string {
    const entries = Object.entries(files).map(
      ([name, content]) => `100644 blob ${this.writeObject('blob', content)}\t${name}\n`,
    );
    return this.run(['mktree'], entries.join('')).toString().trim();
  }

  /** The commits that lead to one, oldest first. */
  listCommits(newest: string): string[] {
    const listed = this.run(['rev-list', '--first-parent', '--reverse', newest]).toString();
    return listed.split('\n').filter((line) => objectName.test(line));
  }

  /** The contents of objects by name (`COMMIT`, `COMMIT:file`); undefined for what is not there. */
  readObjects(names: readonly string[]): (string | undefined)[] {
    if (names.length === 0) return [];
    let rest = this.run(['cat-file', '--batch'], `${names.join('\n')}\n`);
    return names.map(() => {
      const end = rest.indexOf(0x0a);
      const [, type, size] = rest.subarray(0, end).toString().split(' ');
      const length = size !== undefined && type !== 'missing' ? Number(size) : undefined;
      const content = length === undefined ? undefined : rest.subarray(end + 1, end + 1 + length).toString();
      rest = rest.subarray(end + 1 + (length === undefined ? 0 : length + 1));
      return content;
    });
  }

  private names(): string[] {
    try {
      return readdirSync(this.folder).filter((name) => !name.startsWith('.write-test-'));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return [];
      if (code === 'ENOTDIR')
        throw generationError('GENERATIONS_NOT_A_REPOSITORY', `${this.folder} is a file, not a git repository.`, error);
      throw generationError('GENERATIONS_UNUSABLE', `${this.folder} cannot be read: ${message}.`, error);
    }
  }

  private run(words: string[], input?: string): Buffer {
    const { status, stdout, stderr } = this.call(words, input);
    if (status === 0) return stdout;
    const said = stderr.toString().trim() || 'it said nothing';
    const code = /permission denied|read-only file system/i.test(said) ? 'GENERATIONS_UNUSABLE' : 'GENERATIONS_DAMAGED';
    throw generationError(code, `git ${words[0]} failed on ${this.folder}: ${said}`);
  }

  private call(words: string[], input?: string) {
    if (words[0] !== 'init') this.restoreConfig();
    const place = words[0] === 'init' ? [] : [`--git-dir=${this.folder}`];
    const all = [...settings.flatMap((setting) => ['-c', setting]), ...place, ...words];
    const answer = spawnSync(this.git, all, { cwd: '/', env: environment, input: input ?? '', maxBuffer: 1 << 28 });
    if (answer.error)
      throw generationError('GENERATIONS_GIT_MISSING', `${this.git} cannot be run: ${answer.error.message}.`, answer.error);
    return answer;
  }

  private restoreConfig(): void {
    const file = join(this.folder, 'config');
    try {
      if (!existsSync(file) || readFileSync(file, 'utf8') !== ownConfig) writeDurably(file, ownConfig, 0o644);
    } catch (error) {
      throw generationError(
        'GENERATIONS_NOT_A_REPOSITORY',
        `${this.folder} is no git repository: ${(error as Error).message}.`,
        error,
      );
    }
  }
}

const gitNames = new Set([
  'HEAD',
  'HEAD.lock',
  'config',
  'config.lock',
  'objects',
  'refs',
  'info',
  'hooks',
  'branches',
  'description',
]);

/** Makes the folder of a repository, so that there is something to lock. Throws GENERATIONS_UNUSABLE. */
export function makeRepositoryFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    statSync(folder);
  } catch (error) {
    if (['EEXIST', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code)))
      throw generationError('GENERATIONS_NOT_A_REPOSITORY', `${folder} is a file, not a git repository.`, error);
    throw generationError('GENERATIONS_UNUSABLE', `${folder} cannot be made: ${(error as Error).message}.`, error);
  }
}
