import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildMover } from './mover-parts.ts';
import { garbage, type MoverWorld, makeMoverWorld, type PutObject } from './mover-world.ts';

/** What must be true of objects, whatever is done and wherever it breaks off: who is there, and who is not. */
interface Model {
  objects: PutObject[];
}
type Step = fc.AsyncCommand<Model, MoverWorld>;

let world: MoverWorld;
beforeAll(async () => {
  world = await makeMoverWorld((appliance) => {
    appliance.mover.window = { from: '00:00', to: '00:00' };
  });
});
afterAll(() => world?.close());

/** Everybody who should be there is whole where the row says; nothing else holds either. */
async function expectModel({ objects }: Model, real: MoverWorld): Promise<void> {
  expect(await real.violations(objects)).toEqual([]);
  const rows = await real.query<{ id: string }>('SELECT id FROM stored_object');
  expect(rows.map(({ id }) => id).sort()).toEqual(objects.map(({ id }) => id).sort());
}

class Put implements Step {
  readonly bytes: number;
  constructor(bytes: number) {
    this.bytes = bytes;
  }
  check = () => true;
  async run(model: Model, real: MoverWorld): Promise<void> {
    model.objects.push(await real.put(randomBytes(this.bytes), { idleHours: 30 }));
  }
  toString = () => `put ${this.bytes}`;
}

class Remove implements Step {
  readonly pick: number;
  constructor(pick: number) {
    this.pick = pick;
  }
  check = ({ objects }: Model) => objects.length > 0;
  async run(model: Model, real: MoverWorld): Promise<void> {
    const [gone] = model.objects.splice(this.pick % model.objects.length, 1) as [PutObject];
    const tier = String(await real.tierOf(gone));
    await real.query('DELETE FROM stored_object WHERE id = $1', [gone.id]);
    rmSync(real.fileOf(gone, tier));
    await expectModel(model, real);
  }
  toString = () => `remove ${this.pick}`;
}

class Pin implements Step {
  readonly pick: number;
  readonly tier: string | null;
  constructor(pick: number, tier: string | null) {
    this.pick = pick;
    this.tier = tier;
  }
  check = ({ objects }: Model) => objects.length > 0;
  async run(model: Model, real: MoverWorld): Promise<void> {
    const { id } = model.objects[this.pick % model.objects.length] as PutObject;
    await real.query('UPDATE stored_object SET pinned_tier = $1 WHERE id = $2', [this.tier, id]);
  }
  toString = () => `pin ${this.pick} ${this.tier}`;
}

class Pass implements Step {
  readonly hours: number;
  constructor(hours: number) {
    this.hours = hours;
  }
  check = () => true;
  async run(_: Model, real: MoverWorld): Promise<void> {
    real.clock.pass(this.hours);
  }
  toString = () => `pass ${this.hours} h`;
}

/** A mover that works to the end, or whose database goes away before or after it has written its n-th state. */
class Move implements Step {
  readonly breaksAt: number | undefined;
  readonly isWritten: boolean;
  constructor(breaksAt: number | undefined, isWritten: boolean) {
    this.breaksAt = breaksAt;
    this.isWritten = isWritten;
  }
  check = () => true;
  async run(model: Model, real: MoverWorld): Promise<void> {
    const parts = buildMover(real.appliance, real.clock);
    if (this.breaksAt !== undefined) breakJournal(parts.journal, this.breaksAt, this.isWritten);
    await parts.mover.recover().catch(ignoreBreak);
    await parts.mover.runDue().catch(ignoreBreak);
    await parts.mover.removeSources().catch(ignoreBreak);
    await parts.close();
    await expectModel(model, real);
  }
  toString = () =>
    this.breaksAt === undefined ? 'move' : `move, breaking ${this.isWritten ? 'after' : 'before'} state ${this.breaksAt}`;
}

/** A disk that is not mounted for one turn of the mover. */
class MoveWithout implements Step {
  readonly tier: string;
  constructor(tier: string) {
    this.tier = tier;
  }
  check = () => true;
  async run(model: Model, real: MoverWorld): Promise<void> {
    const marker = join(real.tiers.rootOf(this.tier), '.holdfast-tier');
    renameSync(marker, `${marker}.away`);
    try {
      await new Move(undefined, true).run(model, real);
    } finally {
      renameSync(`${marker}.away`, marker);
    }
  }
  toString = () => `move without ${this.tier}`;
}

type Journal = ReturnType<typeof buildMover>['journal'];

class Broken extends Error {}

function breakJournal(journal: Journal, at: number, isWritten: boolean): void {
  let left = at;
  const breaking = <Args extends unknown[], Result>(write: (...args: Args) => Promise<Result>) => {
    return async (...args: Args): Promise<Result> => {
      left -= 1;
      // Once away it stays away: what comes after cannot tidy up either.
      if (left < 0 || (left === 0 && !isWritten)) throw new Broken('The database is away.');
      const result = await write(...args);
      if (left === 0) throw new Broken('The database is away.');
      return result;
    };
  };
  journal.begin = breaking(journal.begin.bind(journal));
  journal.advance = breaking(journal.advance.bind(journal));
  journal.commit = breaking(journal.commit.bind(journal));
}

function ignoreBreak(thrown: unknown): void {
  if (!(thrown instanceof Broken)) throw thrown;
}

const tier = fc.constantFrom('hot', 'warm', 'cold');
const steps = [
  fc.constantFrom(0, 100, 70_000, 9_000_000).map((bytes) => new Put(bytes)),
  fc.constantFrom(0, 100, 5000).map((bytes) => new Put(bytes)),
  fc.nat(20).map((pick) => new Remove(pick)),
  fc.tuple(fc.nat(20), fc.option(tier)).map(([pick, name]) => new Pin(pick, name)),
  fc.constantFrom(0.1, 0.3, 30, 800).map((hours) => new Pass(hours)),
  fc.constant(new Move(undefined, true)),
  fc.tuple(fc.integer({ min: 1, max: 16 }), fc.boolean()).map(([at, isWritten]) => new Move(at, isWritten)),
  fc.tuple(fc.integer({ min: 1, max: 16 }), fc.boolean()).map(([at, isWritten]) => new Move(at, isWritten)),
  tier.map((name) => new MoveWithout(name)),
];

test('whatever people and movers do, and wherever the database breaks off, every object is whole where its row says, and nothing is left over', async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(steps, { maxCommands: 14 }), async (commands) => {
      await world.query('DELETE FROM tier_move');
      await world.query('DELETE FROM stored_object');
      for (const name of world.tiers.names)
        rmSync(join(world.tiers.rootOf(name), world.organisation.organisationId), { recursive: true, force: true });
      world.clock.reset();
      const model: Model = { objects: [] };
      await fc.asyncModelRun(() => ({ model, real: world }), commands);
      // A mover that is left alone brings everything to its end.
      for (let turn = 0; turn < 2; turn++) {
        await new Move(undefined, true).run(model, world);
        world.clock.pass(0.5);
      }
      await world.mover.removeSources();
      await expectModel(model, world);
      expect(await world.query('SELECT id, state FROM tier_move WHERE ended_at IS NULL')).toEqual([]);
      expect(await garbage(world, model.objects)).toEqual([]);
      expect(existsSync(world.tiers.rootOf('hot'))).toBe(true);
    }),
    { numRuns: 25, interruptAfterTimeLimit: 45_000, markInterruptAsFailure: false },
  );
}, 120_000);
