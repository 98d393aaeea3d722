import { readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

const checkout = join(import.meta.dirname, ...(import.meta.dirname.includes('/dist/') ? ['..'] : []), '..', '..', '..');
enableCompileCache(join(checkout, 'dist', '.compile-cache'));

const words = process.argv.slice(2);
(await import('#manifest')).declareCommand();
// Loaded only now, so that the compile cache serves them.
const { loadCommands } = await import('./command-catalogue.ts');
const { buildProgram, isCommanderEnd } = await import('./program.ts');
const { exitCodes } = await import('./command.ts');

// A reader that has seen enough (`| head`) closes the pipe: nothing is wrong, and nobody is left to tell.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(exitCodes.ok);
  });

const { version } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as { version: string };
const commands = await loadCommands(words.find((word) => !word.startsWith('-')));
const program = buildProgram(commands, version, async (command, input) => {
  const { runCommand } = await import('./run-command.ts');
  process.exitCode = await runCommand(command, input);
});

try {
  if (words.length === 0) program.outputHelp();
  else await program.parseAsync(process.argv);
} catch (thrown) {
  if (!isCommanderEnd(thrown)) throw thrown;
  process.exitCode = thrown.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
}
