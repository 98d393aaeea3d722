import { Inject, Injectable } from '@nestjs/common';
import { type Sql, SystemDatabase, TenantDatabase } from '#database';
import { currentContext } from '#kernel';
import type { WrappedKey } from '#keys';

/** Longer than any process remembers where a file lies. */
export const disposalGraceSeconds = 120;

/** What an object is kept for. */
export type ObjectClass = 'original' | 'rendition';

/** A file of an object, as its row says. */
export interface ObjectFile {
  organisationId: string;
  /** Of the plaintext, lower-case hexadecimal. */
  sha256: string;
  sizeBytes: number;
  id: string;
  format: 'plain' | 'sealed';
  fileBytes: number;
  tier: string;
  generation: number;
  /** Undefined where it is plain. */
  key: WrappedKey | undefined;
  damage: string | null;
}

/** A durable file that is to become an object. */
export interface NewObjectFile extends Omit<ObjectFile, 'format' | 'generation' | 'damage' | 'key'> {
  class: ObjectClass;
  fileSha256: string;
  key: WrappedKey;
}

type Row = Omit<ObjectFile, 'key'> & { keyId: string | null; keyVersion: number | null; wrapped: Buffer | null };

const columns = `organisation_id AS "organisationId", encode(sha256, 'hex') AS sha256, size_bytes::float8 AS "sizeBytes", id, format,
  coalesce(file_bytes, size_bytes)::float8 AS "fileBytes", tier, generation, key_id AS "keyId", key_version AS "keyVersion",
  wrapped_key AS wrapped, damage`;

const newFiles = `jsonb_to_recordset($1) AS f ("organisationId" uuid, sha256 text, "sizeBytes" bigint, id uuid, class text, "fileBytes" bigint,
  "fileSha256" text, tier text, "keyId" uuid, "keyVersion" integer, wrapped text)`;

/** What the store needs to know of objects, and to note. */
export interface ObjectRows {
  register(files: readonly NewObjectFile[]): Promise<ObjectFile[]>;
  replace(before: ObjectFile, file: NewObjectFile): Promise<boolean>;
  find(sha256: string): Promise<ObjectFile | undefined>;
}

/** Rows of objects: where their bytes lie and how they are locked. */
@Injectable()
export class ObjectRowsRepository implements ObjectRows {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(SystemDatabase) private readonly system: SystemDatabase,
  ) {}

  /**
   * Writes rows for durable files, of whichever organisations. Of bytes that are an object already the row stays and counts as stored anew. Answers
   * the row of each, in order. The commit need not be on the disk when this answers: whatever names the object commits after it.
   */
  async register(files: readonly NewObjectFile[]): Promise<ObjectFile[]> {
    const distinct = [...new Map(files.map((file) => [keyOf(file), file])).values()];
    // In one order, so that two processes that store the same bytes wait for each other instead of locking each other out.
    distinct.sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
    const rows = await this.system.run(async (sql) => {
      await sql.run('SET LOCAL synchronous_commit = off');
      return sql.often.rows<Row>(
        `INSERT INTO stored_object (organisation_id, sha256, size_bytes, id, class, format, file_bytes, file_sha256, tier, key_id, key_version, wrapped_key)
         SELECT "organisationId", decode(sha256, 'hex'), "sizeBytes", id, class, 'sealed', "fileBytes", decode("fileSha256", 'hex'), tier, "keyId",
           "keyVersion", decode(wrapped, 'base64') FROM ${newFiles}
         ON CONFLICT (organisation_id, sha256) DO UPDATE SET touched_at = now() RETURNING ${columns}`,
        [asJson(distinct)],
      );
    });
    const found = new Map(rows.map((row) => [keyOf(row), asFile(row)]));
    return files.map((file) => found.get(keyOf(file)) as ObjectFile);
  }

  /** Lets the row point at another file of the same bytes, unless it was changed since `before` was read, and notes the former for removal. Answers whether it was done. */
  async replace(before: ObjectFile, file: NewObjectFile): Promise<boolean> {
    return this.system.run(async (sql) => {
      const changed = await sql.run(
        `WITH former AS (SELECT * FROM stored_object WHERE id = $2 AND generation = $3 FOR UPDATE),
         left_over AS (
           INSERT INTO file_disposal (organisation_id, name, tier, file_bytes, reason, due_at)
           SELECT organisation_id, CASE WHEN format = 'plain' THEN encode(sha256, 'hex') ELSE id::text END, tier, coalesce(file_bytes, size_bytes),
             'replaced', now() + $4 * interval '1 second' FROM former ON CONFLICT DO NOTHING)
         UPDATE stored_object o SET id = f.id, format = 'sealed', file_bytes = f."fileBytes", file_sha256 = decode(f."fileSha256", 'hex'), tier = f.tier,
           key_id = f."keyId", key_version = f."keyVersion", wrapped_key = decode(f.wrapped, 'base64'), generation = o.generation + 1, placed_at = now(),
           touched_at = now(), verified_at = NULL, damage = NULL
         FROM ${newFiles}, former WHERE o.organisation_id = former.organisation_id AND o.sha256 = former.sha256`,
        [asJson([file]), before.id, before.generation, disposalGraceSeconds],
      );
      return changed > 0;
    });
  }

  /** The row of an object of the current organisation. */
  async find(sha256: string): Promise<ObjectFile | undefined> {
    const row = await this.database.run((sql) => selectBy(sql, sha256));
    return row && asFile(row);
  }

  /** Notes what is wrong with an object's file, where it still is that file. */
  async markDamaged({ id, generation }: ObjectFile, damage: string): Promise<void> {
    await this.system.run((sql) =>
      sql.run('UPDATE stored_object SET damage = $3 WHERE id = $1 AND generation = $2', [id, generation, damage]),
    );
  }
}

function selectBy(sql: Sql, sha256: string): Promise<Row | undefined> {
  return sql.often.first<Row>(
    `SELECT ${columns} FROM stored_object WHERE organisation_id = $1 AND sha256 = decode($2, 'hex')`,
    [currentContext().organisationId, sha256],
  );
}

function keyOf({ organisationId, sha256 }: Pick<ObjectFile, 'organisationId' | 'sha256'>): string {
  return `${organisationId}/${sha256}`;
}

function asJson(files: readonly NewObjectFile[]): string {
  return JSON.stringify(
    files.map(({ key, ...file }) => ({
      ...file,
      keyId: key.keyId,
      keyVersion: key.keyVersion,
      wrapped: key.wrapped.toString('base64'),
    })),
  );
}

function asFile({ keyId, keyVersion, wrapped, ...row }: Row): ObjectFile {
  const isSealed = keyId !== null && keyVersion !== null && wrapped !== null;
  return { ...row, key: isSealed ? { keyId, keyVersion, wrapped } : undefined };
}
