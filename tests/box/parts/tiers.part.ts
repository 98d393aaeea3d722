import { BoxApi } from '../box-api.ts';
import type { VirtualMachine } from '../machine/virtual-machine.ts';
import type { Part } from './part.ts';

/** What a tier's disk is, by the kernel of the box. */
const disks: Readonly<Record<string, { device: RegExp; rotational: string }>> = {
  hot: { device: /^\/dev\/nvme\dn1$/, rotational: '0' },
  warm: { device: /^\/dev\/sd[a-z]$/, rotational: '0' },
  cold: { device: /^\/dev\/md\d+$/, rotational: '1' },
};
const runSeconds = 1200;

interface Placement {
  original: { objectId: string; tier: string };
}

/** Pictures of some size that no other resembles. */
const makePictures = `set -e; mkdir -p /root/pictures; cd /root/pictures
for n in 1 2 3; do ffmpeg -loglevel error -y -f lavfi -i "color=gray:s=640x480,noise=alls=100:all_seed=$n" -frames:v 1 picture-$n.png; done
sha256sum *.png`;

async function requireOn(machine: VirtualMachine, api: BoxApi, assets: readonly string[], tier: string): Promise<string> {
  const seen: string[] = [];
  for (const asset of assets) {
    const { original } = await api.get<Placement>(`/assets/${asset}/placement`);
    const { device, rotational } = await whereOnTier(machine, original.objectId, tier);
    if (original.tier !== tier) throw new Error(`${asset} lies on ${original.tier}, not on ${tier}`);
    if (!disks[tier]?.device.test(device) || rotational !== disks[tier]?.rotational)
      throw new Error(`${tier} is ${device}, rotational ${rotational}`);
    seen.push(device);
  }
  return `${assets.length} originals on ${[...new Set(seen)].join(', ')}`;
}

/** The old copy stays for some minutes after a move: the file on the tier that is asked for counts. */
async function whereOnTier(machine: VirtualMachine, objectId: string, tier: string) {
  const file = await machine.tell(`find /srv/holdfast/${tier}/ -type f -name '${objectId}' | grep .`);
  const [device = '', rotational = ''] = (
    await machine.tell(`device=$(findmnt -no SOURCE --target ${file}); echo $device; lsblk -dno ROTA $device`)
  )
    .split('\n')
    .map((line) => line.trim());
  return { device, rotational };
}

interface MovePlan {
  digest: string;
  totalMoves: number;
  skipped: unknown;
}

/** Asks for the plan until that much is due: a former move ends only when the old copy's time is over. */
async function duePlan(machine: VirtualMachine, api: BoxApi, least: number): Promise<MovePlan> {
  const endMs = Date.now() + runSeconds * 1000;
  for (;;) {
    const plan = await api.get<MovePlan>('/storage/plan?when=now');
    if (plan.totalMoves >= least) return plan;
    if (Date.now() > endMs) throw new Error(`the plan has ${plan.totalMoves} moves: ${JSON.stringify(plan).slice(0, 800)}`);
    await machine.run('sleep 10', 60);
  }
}

/** Moves what is due now, as an administrator asks for it, and waits for the end of the run. */
async function moveNow(machine: VirtualMachine, api: BoxApi, least: number): Promise<string> {
  const plan = await duePlan(machine, api, least);
  const { id } = await api.post<{ id: string }>('/storage/run', { digest: plan.digest });
  const endMs = Date.now() + runSeconds * 1000;
  while (Date.now() < endMs) {
    const { items } = await api.get<{
      items: { id: string; endedAt: string | null; doneMoves: number; failedMoves: number; stopped: unknown }[];
    }>('/storage/runs');
    const run = items.find((one) => one.id === id);
    if (run?.endedAt) {
      if (run.failedMoves > 0 || run.stopped) throw new Error(JSON.stringify(run));
      return `${run.doneMoves} moved`;
    }
    await machine.run('sleep 5', 60);
  }
  throw new Error(`the run did not end within ${runSeconds} s`);
}

export const tiers: Part = {
  name: 'tiers',
  what: 'media age from NVMe to SSD to RAID 10, and stay what they were',
  async run({ box, report }) {
    const machine = await box.machine();
    const check = (what: string, act: () => Promise<string | undefined>) => report.check('tiers', what, act);
    let api: BoxApi | undefined;
    const hashes: string[] = [];
    const assets: string[] = [];
    const uploaded = await check('three pictures uploaded through the api', async () => {
      api = await BoxApi.signIn(machine);
      for (const line of (await machine.tell(makePictures, 600)).split('\n')) {
        const [hash = '', file = ''] = line.split(/\s+/);
        hashes.push(hash);
        assets.push(await api.upload(`/root/pictures/${file}`));
      }
      if (new Set(assets).size !== assets.length) throw new Error(`not each is an asset of its own: ${assets.join(', ')}`);
      return assets.join(', ');
    });
    if (!uploaded || !api) return;
    const signedIn = api;
    const whole = async () => {
      for (const [index, asset] of assets.entries())
        if ((await signedIn.originalHash(asset)) !== hashes[index]) throw new Error(`${asset} is not what was uploaded`);
      return 'SHA-256 as uploaded';
    };
    await check('they lie on NVMe', () => requireOn(machine, signedIn, assets, 'hot'));
    await check('read back', whole);
    for (const [days, tier, name] of [
      [2, 'warm', 'SSD'],
      [33, 'cold', 'RAID 10 of hard disks'],
    ] as const) {
      const moved = await check(`${days} days later they move on`, async () => {
        await machine.tell(`date -s '+${days} days'`);
        api = await BoxApi.signIn(machine);
        return moveNow(machine, api, assets.length);
      });
      if (!moved) return;
      await check(`they lie on ${name}`, () => requireOn(machine, signedIn, assets, tier));
      await check('read back', whole);
    }
    await check('the RAID is whole', () =>
      machine.tell("mdadm --detail /dev/md/cold | grep -E 'Raid Level|State :' | tr -s ' \\n' ' '"),
    );
  },
};
