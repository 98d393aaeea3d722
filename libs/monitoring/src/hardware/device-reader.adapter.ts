import { readlink } from 'node:fs/promises';
import os from 'node:os';
import { basename, join } from 'node:path';
import type { BoxPaths } from '../box-paths.ts';
import type { Hardware } from '../http/hardware.contract.ts';
import type { Gaps } from './gaps.ts';
import { namesIn, readNumber, readText, readTexts } from './read-text.adapter.ts';

async function linkName(path: string): Promise<string | null> {
  return readlink(path).then(basename, () => null);
}

/** The network interfaces; those without a device behind them are made by software. */
export async function readNetwork({ sysfs }: BoxPaths): Promise<Hardware['network']> {
  const folder = join(sysfs, 'class/net');
  const addresses = os.networkInterfaces();
  const names = (await namesIn(folder)).filter((name) => name !== 'lo' && name !== 'bonding_masters');
  return Promise.all(
    names.map(async (name) => {
      const place = join(folder, name);
      const known = await readTexts(place, ['address', 'operstate', 'duplex']);
      const speed = await readNumber(join(place, 'speed'));
      const device = await linkName(join(place, 'device'));
      return {
        name,
        kind: device === null ? ('virtual' as const) : ('physical' as const),
        driver: await linkName(join(place, 'device/driver')),
        mac: known.address || null,
        state: known.operstate ?? 'unknown',
        // -1 where nothing is plugged in, or nobody knows.
        megabitsPerSecond: speed !== null && speed > 0 ? speed : null,
        duplex: known.duplex && known.duplex !== 'unknown' ? known.duplex : null,
        mtu: await readNumber(join(place, 'mtu')),
        addresses: (addresses[name] ?? []).map(({ cidr, address }) => cidr ?? address),
      };
    }),
  );
}

const makers: Readonly<Record<string, string>> = { '0x10de': 'NVIDIA', '0x1002': 'AMD', '0x8086': 'Intel', '0x1a03': 'ASPEED' };

/** Display controllers as the PCI bus shows them; what they do is asked of their driver. */
export async function readDisplays({ sysfs }: BoxPaths): Promise<Hardware['gpus']> {
  const folder = join(sysfs, 'bus/pci/devices');
  const found = await Promise.all(
    (await namesIn(folder)).map(async (address) => {
      const place = join(folder, address);
      const known = await readTexts(place, ['class', 'vendor', 'device', 'current_link_speed', 'current_link_width']);
      // PCI class 03: display controllers (PCI Code and ID Assignment Specification).
      if (!known.class?.startsWith('0x03')) return undefined;
      return {
        address,
        maker: makers[known.vendor ?? ''] ?? known.vendor ?? null,
        device: `${known.vendor ?? '?'}:${known.device ?? '?'}`,
        driver: await linkName(join(place, 'driver')),
        link: known.current_link_speed ? `${known.current_link_speed} ×${known.current_link_width ?? '?'}` : null,
      };
    }),
  );
  return found.filter((one) => one !== undefined);
}

const kinds = { temp: 'temperature', fan: 'fan', in: 'voltage', power: 'power', curr: 'current' } as const;

/** What the machine measures of itself, by chip; the figures are in the telemetry. */
export async function readSensors({ sysfs }: BoxPaths, gaps: Gaps): Promise<Hardware['sensors']> {
  const folder = join(sysfs, 'class/hwmon');
  const chips = await namesIn(folder);
  if (chips.length === 0)
    gaps.add('Temperatures and fans', 'The kernel shows no sensors: usual in virtual machines, else a driver is missing.');
  const all = await Promise.all(
    chips.map(async (chip) => {
      const place = join(folder, chip);
      const name = (await readText(join(place, 'name'))) ?? chip;
      const inputs = (await namesIn(place)).flatMap((file) => {
        const match = /^(temp|fan|in|power|curr)(\d+)_(?:input|average)$/.exec(file);
        return match ? [{ kind: kinds[match[1] as keyof typeof kinds], stem: `${match[1]}${match[2]}` }] : [];
      });
      return Promise.all(
        inputs.map(async ({ kind, stem }) => ({
          chip: name,
          kind,
          label: (await readText(join(place, `${stem}_label`))) ?? stem,
        })),
      );
    }),
  );
  return all.flat();
}
