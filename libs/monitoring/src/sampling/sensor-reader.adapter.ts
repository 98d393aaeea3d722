import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import type { BoxPaths } from '../box-paths.ts';
import { namesIn, readNumber, readText } from '../hardware/read-text.adapter.ts';
import type { BoxSample } from '../http/telemetry.contract.ts';

/** All temperatures that the machine measures (Documentation/hwmon/sysfs-interface.rst, in thousandths of a degree). */
export async function readTemperatures({ sysfs }: BoxPaths): Promise<BoxSample['temperatures']> {
  const folder = join(sysfs, 'class/hwmon');
  const all = await Promise.all(
    (await namesIn(folder)).map(async (chip) => {
      const place = join(folder, chip);
      const stems = (await namesIn(place)).flatMap((file) => /^(temp\d+)_input$/.exec(file)?.[1] ?? []);
      const name = (await readText(join(place, 'name'))) ?? chip;
      return Promise.all(stems.map((stem) => readTemperature(place, stem, name)));
    }),
  );
  return all.flat().filter((one) => one !== undefined);
}

async function readTemperature(place: string, stem: string, chip: string) {
  const [value, critical, label] = await Promise.all([
    readNumber(join(place, `${stem}_input`)),
    readNumber(join(place, `${stem}_crit`)),
    readText(join(place, `${stem}_label`)),
  ]);
  if (value === null) return undefined;
  return { chip, label: label ?? stem, celsius: value / 1000, criticalCelsius: critical === null ? null : critical / 1000 };
}

/** Energy that the processor packages have used (powercap, also on AMD), or why it is not told. */
export async function readEnergy({ sysfs }: BoxPaths): Promise<{ microjoules: number | null; problem: string | null }> {
  const folder = join(sysfs, 'class/powercap');
  const packages = (await namesIn(folder)).filter((name) => /^intel-rapl:\d+$/.test(name));
  if (packages.length === 0)
    return { microjoules: null, problem: 'The processor tells no energy here: usual in virtual machines.' };
  const files = packages.map((name) => join(folder, name, 'energy_uj'));
  const counts = await Promise.all(files.map(readNumber));
  if (!counts.includes(null)) return { microjoules: counts.reduce<number>((sum, one) => sum + (one ?? 0), 0), problem: null };
  const isBarred = await access(files[0] as string, constants.R_OK).then(
    () => false,
    () => true,
  );
  return {
    microjoules: null,
    // Linux made it so in 5.10: fine readings of power give keys away (CVE-2020-8694).
    problem: isBarred ? 'Only root may read the energy counters of the processor.' : 'The energy counters are unreadable.',
  };
}
