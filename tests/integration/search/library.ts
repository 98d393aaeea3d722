import { createHash, randomUUID } from 'node:crypto';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import { AuditModule } from '#audit';
import { DatabaseModule, SystemDatabase, TenantDatabase } from '#database';
import { newId, rolePermissions, runAs, type TenantContext } from '#kernel';
import type { Appliance } from '#manifest';
import { AssetTexts, type TextSource, type TextWord } from '#media';
import { QueueModule } from '#queue';
import {
  NearestSearch,
  SearchHistoryService,
  SearchIndexService,
  SearchModule,
  SearchPorts,
  type SearchRequest,
  SearchService,
  SuggestionService,
  searchAssets,
  VectorIndex,
} from '#search';
import { createTestAppliance } from '#testing';

/** What a test says about an asset; all else is made up. */
export interface SampleAsset {
  name?: string;
  folder?: string;
  kind?: string;
  caption?: string;
  tags?: string[];
  rejectedTags?: string[];
  camera?: string;
  place?: string;
  latitude?: number;
  longitude?: number;
  orientation?: string;
  rating?: number;
  shownAt?: string;
  sizeBytes?: number;
  trashed?: boolean;
  metadata?: unknown;
  colours?: unknown[];
  text?: SampleText[];
}

/** A segment; its place in the list is its position. */
export interface SampleText {
  source: TextSource;
  text: string;
  page?: number;
  start?: number;
  end?: number;
  words?: TextWord[];
}

/** A database with organisations and assets to search, and the services over it. */
export async function openLibrary() {
  const { appliance, remove } = await createTestAppliance();
  @Module({ imports: [DatabaseModule.of(appliance), QueueModule, AuditModule, SearchModule] })
  class TestSearch {}
  const app = await NestFactory.createApplicationContext(TestSearch, { logger: ['error'], abortOnError: false });
  const [tenant, system, index] = [app.get(TenantDatabase), app.get(SystemDatabase), app.get(SearchIndexService)];
  const service = app.get(SearchService);
  const texts = app.get(AssetTexts, { strict: false });
  return {
    app,
    appliance,
    tenant,
    system,
    index,
    texts,
    service,
    vectors: app.get(VectorIndex),
    nearest: app.get(NearestSearch),
    ports: app.get(SearchPorts),
    history: app.get(SearchHistoryService),
    suggestions: app.get(SuggestionService),
    addOrganisation: () => addOrganisation(system),
    /** Adds an asset and indexes its words, unless told not to. Answers its id. */
    addAsset: async (sample: SampleAsset, options: { indexed?: boolean } = {}) => {
      const id = await tenant.run(async (sql) => insertAsset(sql, sample));
      await writeText(texts, tenant, id, sample.text ?? []);
      if (options.indexed !== false) await index.indexAsset(id);
      return id;
    },
    /** Searches with everything not said at its default, as the API does. */
    search: (request: Partial<SearchRequest>) => service.search(searchAssets.body?.parse(request) as SearchRequest),
    /** Gives PostgreSQL's planner the statistics that autovacuum would. */
    analyse: () => asOwner(appliance, 'ANALYZE'),
    close: async () => {
      await app.close();
      await remove();
    },
  };
}

async function asOwner(appliance: Appliance, statement: string): Promise<void> {
  const client = new pg.Client({ host: appliance.socketFolder, database: appliance.databaseName, user: 'hf_owner' });
  await client.connect();
  await client.query(statement);
  await client.end();
}

export type Library = Awaited<ReturnType<typeof openLibrary>>;

/** Someone of the organisation. */
export function memberOf(
  organisationId: string,
  role: 'admin' | 'operator' | 'viewer' = 'viewer',
  accountId: string = randomUUID(),
): TenantContext {
  return {
    organisationId,
    actor: { kind: 'account', id: accountId, label: 'Ada' },
    permissions: rolePermissions[role],
    requestId: 'test',
  };
}

/** Runs work as a viewer of the organisation. */
export function asMember<Result>(organisationId: string, work: () => Promise<Result>): Promise<Result> {
  return runAs(memberOf(organisationId), work);
}

async function addOrganisation(system: SystemDatabase): Promise<string> {
  const id = newId();
  await system.run((sql) => sql.run('INSERT INTO organisation (id, name) VALUES ($1, $2)', [id, `Organisation ${id}`]));
  return id;
}

type Sql = Parameters<Parameters<TenantDatabase['run']>[0]>[0];

async function insertAsset(sql: Sql, sample: SampleAsset): Promise<string> {
  const id = newId();
  const sha256 = createHash('sha256').update(id).digest();
  const organisation = 'current_organisation()';
  await sql.run(`INSERT INTO stored_object (organisation_id, sha256, size_bytes) VALUES (${organisation}, $1, 1)`, [sha256]);
  const name = sample.name ?? `asset-${id.slice(-6)}`;
  await sql.run(
    `INSERT INTO asset (organisation_id, id, object_sha256, name, folder, kind, media_type, size_bytes, state, shown_at, caption, camera, place,
       latitude, longitude, orientation, rating, metadata, colours, trashed_at, width, height)
     VALUES (${organisation}, $1, $2, $3, $4, $5, 'application/octet-stream', $6, 'ready', coalesce($7, now()), $8, $9, $10, $11, $12, $13, $14, $15, $16,
       $17, 800, 600)`,
    [
      id,
      sha256,
      name,
      sample.folder ?? '',
      sample.kind ?? 'image',
      sample.sizeBytes ?? 1,
      sample.shownAt ?? null,
      sample.caption ?? '',
      sample.camera ?? null,
      sample.place ?? null,
      sample.latitude ?? null,
      sample.longitude ?? null,
      sample.orientation ?? null,
      sample.rating ?? null,
      JSON.stringify(sample.metadata ?? {}),
      JSON.stringify(sample.colours ?? []),
      sample.trashed ? new Date() : null,
    ],
  );
  await sql.run(`INSERT INTO asset_origin (organisation_id, asset_id, name, folder) VALUES (${organisation}, $1, $2, $3)`, [
    id,
    name,
    sample.folder ?? '',
  ]);
  for (const tag of sample.tags ?? []) await tagAsset(sql, id, tag, 'confirmed');
  for (const tag of sample.rejectedTags ?? []) await tagAsset(sql, id, tag, 'rejected');
  return id;
}

/** Gives an asset its texts, sealed as the pipeline does. */
export async function writeText(texts: AssetTexts, tenant: TenantDatabase, assetId: string, text: SampleText[]): Promise<void> {
  for (const source of new Set(text.map((segment) => segment.source))) {
    const segments = text.flatMap(({ start, end, source: from, ...segment }, position) =>
      from === source ? [{ ...segment, position, startSeconds: start ?? null, endSeconds: end ?? null }] : [],
    );
    const sealed = await texts.seal(assetId, source, segments);
    await tenant.run((sql) => texts.replace(sql, sealed));
  }
}

/** Tags an asset, making the tag where there is none of the name. Answers the tag's id. */
export async function tagAsset(sql: Sql, assetId: string, name: string, state: 'confirmed' | 'rejected'): Promise<string> {
  await sql.run(
    `INSERT INTO tag (organisation_id, id, name, normal_name) VALUES (current_organisation(), $1, $2, lower($2)) ON CONFLICT DO NOTHING`,
    [newId(), name],
  );
  const tag = await sql.first<{ id: string }>('SELECT id FROM tag WHERE normal_name = lower($1)', [name]);
  await sql.run(
    `INSERT INTO asset_tag (organisation_id, asset_id, tag_id, source, state) VALUES (current_organisation(), $1, $2, 'person', $3)
     ON CONFLICT (organisation_id, asset_id, tag_id) DO UPDATE SET state = excluded.state`,
    [assetId, tag?.id, state],
  );
  return tag?.id ?? '';
}
