import { Inject, Injectable } from '@nestjs/common';
import { SystemDatabase } from '#database';
import { TierSet } from '../tiers/tier-set.ts';
import { RoomLedger } from './domain/room-ledger.ts';
import { type Move, MoveJournal } from './move-journal.repository.ts';

/** Writes moves into the journal as far as their target has room beside all that is on its way there already. */
@Injectable()
export class MoveReservation {
  constructor(
    @Inject(SystemDatabase) private readonly database: SystemDatabase,
    @Inject(MoveJournal) private readonly journal: MoveJournal,
    @Inject(TierSet) private readonly tiers: TierSet,
  ) {}

  /** Answers the moves that are begun, and why the rest is not. The policy has decided already: only room is looked at here. */
  async begin(
    moves: readonly Move[],
    to: string,
  ): Promise<{ begun: Move[]; refused: { code: string; message: string } | null }> {
    if (moves.length === 0) return { begun: [], refused: null };
    await this.tiers.requireReady(to);
    const target = await this.tiers.look(to);
    const sources = await Promise.all([...new Set(moves.map(({ from }) => from))].map((name) => this.tiers.requireReady(name)));
    const fileSystems = new Map([target, ...sources].map(({ settings, fileSystemUuid }) => [settings.name, fileSystemUuid]));
    return this.database.run(async (sql) => {
      await sql.run(`SET LOCAL synchronous_commit = on`);
      await sql.run(`SELECT pg_advisory_xact_lock(hashtext('tier ' || $1))`, [to]);
      const load = (await this.journal.loads(new Date(0))).get(to);
      const ledger = new RoomLedger([
        {
          ...target,
          settings: { ...target.settings, maxWriteBytesPerDay: null },
          reservedBytes: load?.reservedBytes ?? 0,
          reservedFiles: load?.reservedFiles ?? 0,
          writtenTodayBytes: 0,
        },
      ]);
      let refusal: string | undefined;
      const fitting = moves.filter(({ bytes }) => {
        const found = ledger.refusal(to, bytes, true);
        refusal ??= found;
        if (found === undefined) ledger.take(to, bytes);
        return found === undefined;
      });
      const begun = await this.journal.begin(sql, fitting, fileSystems);
      return { begun, refused: refusal === undefined ? null : { code: 'STORAGE_FULL', message: `${refusal}.` } };
    });
  }
}
