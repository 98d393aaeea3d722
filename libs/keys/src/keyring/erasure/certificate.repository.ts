import type { Sql } from '#database';

/** Certificates of erasure, as one organisation sees them. */
export const certificates = {
  /** The certificate for a tombstone, as it is handed out. */
  async find(sql: Sql, sequence: number): Promise<string | undefined> {
    const row = await sql.first<{ document: string }>(
      'SELECT document FROM erasure_certificate WHERE tombstone_sequence = $1',
      [sequence],
    );
    return row?.document;
  },

  /** Keeps a certificate, unless there is one for the same tombstone; answers the one that is kept. */
  async add(
    sql: Sql,
    name: { organisationId: string; id: string; sequence: number },
    document: string,
  ): Promise<{ document: string; isNew: boolean }> {
    const added = await sql.run(
      `INSERT INTO erasure_certificate (organisation_id, id, tombstone_sequence, document) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
      [name.organisationId, name.id, name.sequence, document],
    );
    return { document: (await this.find(sql, name.sequence)) ?? document, isNew: added === 1 };
  },
};
