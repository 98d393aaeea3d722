import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';

export interface Suggestion extends Record<string, unknown> {
  text: string;
  kind: 'history' | 'tag' | 'name' | 'camera' | 'place';
}

const perKind = 5;

/** Completions of what a person has begun to type. */
@Injectable()
export class SuggestionRepository {
  /** The person's own searches that begin with the text. */
  async history(sql: Sql, accountId: string, begun: string): Promise<Suggestion[]> {
    return sql.rows<Suggestion>(
      `SELECT text, 'history' AS kind FROM search_history WHERE account_id = $1 AND starts_with(lower(text), lower($2))
       ORDER BY searched_at DESC LIMIT ${perKind}`,
      [accountId, begun],
    );
  }

  /** Tags with a word that begins with the folded text, by how many assets carry them. */
  async tags(sql: Sql, folded: string): Promise<Suggestion[]> {
    return sql.rows<Suggestion>(
      `SELECT t.name AS text, 'tag' AS kind FROM tag t
       WHERE starts_with(t.normal_name, $1) OR strpos(t.normal_name, ' ' || $1) > 0
       ORDER BY (SELECT count(*) FROM asset_tag a WHERE a.tag_id = t.id AND a.state <> 'rejected') DESC, t.name LIMIT ${perKind}`,
      [folded],
    );
  }

  /** Cameras and places with a word that begins with the text, most used first. */
  async facts(sql: Sql, begun: string): Promise<Suggestion[]> {
    return sql.rows<Suggestion>(
      `(SELECT camera AS text, 'camera' AS kind FROM asset WHERE trashed_at IS NULL AND camera IS NOT NULL
          AND strpos(' ' || lower(camera), ' ' || lower($1)) > 0 GROUP BY camera ORDER BY count(*) DESC, camera LIMIT ${perKind})
       UNION ALL
       (SELECT place, 'place' FROM asset WHERE trashed_at IS NULL AND place IS NOT NULL
          AND strpos(' ' || lower(place), ' ' || lower($1)) > 0 GROUP BY place ORDER BY count(*) DESC, place LIMIT ${perKind})`,
      [begun],
    );
  }

  /** Names of the newest assets whose names and tags satisfy a query. */
  async names(sql: Sql, tsquery: string): Promise<Suggestion[]> {
    return sql.rows<Suggestion>(
      `SELECT name AS text, 'name' AS kind FROM (
         SELECT a.name, max(a.shown_at) AS newest FROM (
           SELECT asset_id FROM search_document WHERE words @@ $1::tsquery LIMIT 1000) d
         JOIN asset a ON a.id = d.asset_id WHERE a.trashed_at IS NULL GROUP BY a.name) named
       ORDER BY newest DESC, name LIMIT 50`,
      [tsquery],
    );
  }
}
