import { defineCommand } from '../command.ts';
import { sampleLines } from '../hardware/say-sample.ts';

const secondsOf = (text: unknown) => Math.min(3600, Math.max(1, Number(text) || 1));

const top = defineCommand({
  name: 'top',
  summary: 'Show what CPUs, slices and tiers do, again and again; once where nobody watches, or with --once.',
  permission: 'local',
  options: [
    { flags: '--once', summary: 'one sample over a second, then end' },
    { flags: '--seconds <seconds>', summary: 'time from sample to sample', default: '1' },
  ],
  run: async ({ appliance, terminal, json }, { options }) => {
    await import('reflect-metadata');
    const { measureBox } = await import('#monitoring');
    const samples = measureBox(appliance, secondsOf(options.seconds) * 1000);
    let drawn = 0;
    for await (const sample of samples) {
      if (json) terminal.answer(sample);
      const lines = sampleLines(sample, terminal);
      if (!terminal.interactive || options.once === true) {
        for (const line of lines) terminal.say(line);
        return undefined;
      }
      // Each line is cleared before it is written, and what a longer sample left below.
      terminal.redraw(drawn, `${lines.map((line) => `\x1b[2K${line}\n`).join('')}\x1b[J`);
      drawn = lines.length;
    }
    return undefined;
  },
});

export const commands = [top];
