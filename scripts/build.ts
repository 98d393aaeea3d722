import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compressTexts } from './compress.ts';
import { programStep, root, runSteps, type Step } from './steps.ts';

// Builds what changed: the server parts with tsc (incremental by itself), the portal with Vite when its sources are other than those built.

const portalMarker = join(root, 'dist', '.portal-sources');

/** Everything the portal is made of, by name, size and time of change. */
function portalFingerprint(): string {
  const files = globSync(['apps/portal/**/*', 'package-lock.json'], { cwd: root })
    .filter((file) => statSync(join(root, file)).isFile())
    .sort();
  const facts = files.map((file) => {
    const { size, mtimeMs } = statSync(join(root, file));
    return `${file} ${size} ${mtimeMs}`;
  });
  return createHash('sha256').update(facts.join('\n')).digest('hex');
}

function isPortalBuilt(fingerprint: string): boolean {
  return (
    existsSync(join(root, 'dist', 'portal', 'index.html')) &&
    existsSync(portalMarker) &&
    readFileSync(portalMarker, 'utf8') === fingerprint
  );
}

// Built beside the one in use and put in its place whole: an appliance may be serving it.
const newPortal = join(root, 'dist', '.portal-new');

function replaceFolder(folder: string, by: string): void {
  const old = `${folder}-old`;
  rmSync(old, { recursive: true, force: true });
  if (existsSync(folder)) renameSync(folder, old);
  renameSync(by, folder);
  rmSync(old, { recursive: true, force: true });
}

const portalStep: Step = {
  name: 'build the portal',
  run: async () => {
    const fingerprint = portalFingerprint();
    const words = ['build', 'apps/portal', '--outDir', newPortal, '--emptyOutDir', '--logLevel', 'warn'];
    const result = await programStep('portal', 'vite', words).run();
    if (!result.passed) return result;
    compressTexts(newPortal);
    replaceFolder(join(root, 'dist', 'portal'), newPortal);
    writeFileSync(portalMarker, fingerprint);
    return result;
  },
};

/** Removes what earlier builds made of sources that are gone: commands are found by their files. */
function removeOrphans(): void {
  for (const file of globSync('dist/{apps,libs}/**/*.js', { cwd: root })) {
    const source = join(root, file.slice('dist/'.length, -'.js'.length));
    if (existsSync(`${source}.ts`) || existsSync(`${source}.tsx`)) continue;
    for (const made of [file, `${file}.map`]) rmSync(join(root, made), { force: true });
  }
}

mkdirSync(join(root, 'dist'), { recursive: true });
removeOrphans();
// tsc trusts its notes even when the files they speak of are gone.
if (!existsSync(join(root, 'dist', 'apps', 'cli', 'src', 'main.js')))
  rmSync(join(root, 'dist', '.tsbuildinfo'), { force: true });
const hasPortal = existsSync(join(root, 'apps', 'portal', 'vite.config.ts'));
const steps = [programStep('build the server', 'tsc', ['-p', 'tsconfig.build.json'])];
if (hasPortal && !isPortalBuilt(portalFingerprint())) steps.push(portalStep);

const finished = await runSteps(steps, 1);
const passed = finished.every((step) => step.passed);
// The launcher compares sources with the age of this file.
if (passed) writeFileSync(join(root, 'dist', '.built'), '');
process.exitCode = passed ? 0 : 1;
