import { Inject, Injectable } from '@nestjs/common';
import { SystemDatabase } from '#database';
import { fileBytes } from './candidate.repository.ts';

/** What a mover must know of an object to find its file and to tell whether it is whole. */
export interface FileRow {
  objectId: string;
  organisationId: string;
  tier: string;
  generation: number;
  fileName: string;
  bytes: number;
  /** Of the file as it lies on the disk, lower-case hexadecimal. */
  sha256: string;
  damage: string | null;
}

const columns = `o.id AS "objectId", o.organisation_id AS "organisationId", o.tier, o.generation,
  CASE WHEN o.format = 'plain' THEN encode(o.sha256, 'hex') ELSE o.id::text END AS "fileName", ${fileBytes}::float8 AS bytes,
  encode(coalesce(o.file_sha256, o.sha256), 'hex') AS sha256, o.damage`;

/** The rows of objects as those see them who look after files: no name, no content. */
@Injectable()
export class FileRows {
  constructor(@Inject(SystemDatabase) private readonly database: SystemDatabase) {}

  async describe(objectIds: readonly string[]): Promise<Map<string, FileRow>> {
    const rows = await this.list(`WHERE o.id = ANY($1::uuid[])`, [objectIds]);
    return new Map(rows.map((row) => [row.objectId, row]));
  }

  /** Objects whose last check is longest ago, those never checked first; what is in a move is checked by that. */
  stalest(tiers: readonly string[], before: Date, limit: number): Promise<FileRow[]> {
    return this.list(
      `WHERE o.tier = ANY($1) AND (o.verified_at IS NULL OR o.verified_at < $2)
         AND NOT EXISTS (SELECT FROM tier_move m WHERE m.object_id = o.id AND m.ended_at IS NULL)
       ORDER BY o.verified_at NULLS FIRST, o.id LIMIT $3`,
      [tiers, before, limit],
    );
  }

  /** Which of these files of an organisation a row knows, and on which tier. */
  async tiersOf(organisationId: string, fileNames: readonly string[]): Promise<Map<string, { tier: string; inMove: boolean }>> {
    const rows = await this.database.run((sql) =>
      sql.rows<{ fileName: string; tier: string; inMove: boolean }>(
        `SELECT f.name AS "fileName", o.tier, EXISTS (SELECT FROM tier_move m WHERE m.object_id = o.id AND m.ended_at IS NULL) AS "inMove"
         FROM unnest($2::text[]) AS f (name) JOIN stored_object o ON o.organisation_id = $1 AND
           CASE WHEN length(f.name) = 64 THEN o.format = 'plain' AND o.sha256 = decode(f.name, 'hex')
             ELSE o.format <> 'plain' AND o.id::text = f.name END`,
        [organisationId, fileNames],
      ),
    );
    return new Map(rows.map(({ fileName, ...rest }) => [fileName, rest]));
  }

  /** Those of the files that are to be unlinked shortly, because no row points at them any more. */
  async disposed(organisationId: string, tier: string, fileNames: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.run((sql) =>
      sql.rows<{ name: string }>('SELECT name FROM file_disposal WHERE organisation_id = $1 AND tier = $2 AND name = ANY($3)', [
        organisationId,
        tier,
        fileNames,
      ]),
    );
    return new Set(rows.map(({ name }) => name));
  }

  /** Notes that all of a file was read and is right, unless its row has changed meanwhile. */
  async markSound(row: FileRow, at: Date): Promise<void> {
    await this.update(row, 'verified_at = $4, damage = NULL', [at]);
  }

  /** Notes what is wrong with an object, unless its row has changed meanwhile. */
  async markDamaged(row: FileRow, damage: string, at: Date): Promise<boolean> {
    return (await this.update(row, 'damage = $4, verified_at = $5', [damage, at])) > 0;
  }

  /** Points the row at a sound copy on another tier, unless it has changed meanwhile. */
  async moveRow(row: FileRow, tier: string, at: Date): Promise<boolean> {
    const changes = 'tier = $4, generation = generation + 1, placed_at = $5, verified_at = $5, damage = NULL';
    return (await this.update(row, changes, [tier, at])) > 0;
  }

  private update({ organisationId, objectId, generation }: FileRow, changes: string, values: unknown[]): Promise<number> {
    return this.database.run((sql) =>
      sql.run(`UPDATE stored_object SET ${changes} WHERE organisation_id = $1 AND id = $2 AND generation = $3`, [
        organisationId,
        objectId,
        generation,
        ...values,
      ]),
    );
  }

  private list(where: string, parameters: unknown[]): Promise<FileRow[]> {
    return this.database.run((sql) =>
      sql.rows<FileRow & Record<string, unknown>>(`SELECT ${columns} FROM stored_object o ${where}`, parameters),
    );
  }
}
