-- Up Migration
-- Lets an index of words begin with the organisation: without it every search reads the organisation's whole primary key beside the word's list.
CREATE EXTENSION IF NOT EXISTS btree_gin;

-- Words and vectors to search by. See docs/adr/0004-search-planner.md for why it is shaped like this.

-- Words of a text, as written and stemmed for English and German. Texts come already folded (no case, no accents, only letters and
-- digits), so that the parser sees plain words and never "hosts", "files" or "e-mail addresses".
CREATE FUNCTION search_words(folded text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT to_tsvector('pg_catalog.simple', folded) || to_tsvector('pg_catalog.english', folded) || to_tsvector('pg_catalog.german', folded) $$;

-- All words of an asset by weight, and those of the rest of a very long text without their places. A tsvector holds 1 MB: what does not
-- fit is halved until it does, so that no text is too strange to be indexed.
CREATE FUNCTION search_document_words(a text, b text, c text, d text, rest text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE kept integer := 1000000;
BEGIN
  LOOP
    BEGIN
      RETURN setweight(search_words(left(a, kept)), 'A') || setweight(search_words(left(b, kept)), 'B') || setweight(search_words(left(c, kept)), 'C')
        || setweight(search_words(left(d, kept)), 'D') || strip(to_tsvector('pg_catalog.simple', left(rest, kept)))
        || strip(to_tsvector('pg_catalog.english', left(rest, kept))) || strip(to_tsvector('pg_catalog.german', left(rest, kept)));
    EXCEPTION WHEN program_limit_exceeded THEN
      kept := kept / 2;
    END;
  END LOOP;
END $$;

-- One row per asset: what it is found by. Weights: A names and tags, B caption and title, C folder, place, camera, metadata, D text in it.
CREATE TABLE search_document (
  organisation_id uuid NOT NULL,
  asset_id uuid NOT NULL,
  words tsvector NOT NULL,
  -- As the asset's trashed_at says, kept here by trigger: words are ranked without reading their assets.
  trashed boolean NOT NULL,
  indexed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organisation_id, asset_id),
  FOREIGN KEY (organisation_id, asset_id) REFERENCES asset ON DELETE CASCADE
);
CREATE INDEX search_document_words ON search_document USING gin (organisation_id, words);

-- One row per text segment: where in the asset the words are.
CREATE TABLE search_segment (
  organisation_id uuid NOT NULL,
  asset_id uuid NOT NULL,
  source text NOT NULL,
  position integer NOT NULL,
  words tsvector NOT NULL,
  PRIMARY KEY (organisation_id, asset_id, source, position),
  FOREIGN KEY (organisation_id, asset_id, source, position) REFERENCES text_segment ON DELETE CASCADE
);
CREATE INDEX search_segment_words ON search_segment USING gin (organisation_id, words);

-- Every word an organisation's assets are found by: what a mistyped or misread word may have meant.
CREATE TABLE search_term (
  organisation_id uuid NOT NULL REFERENCES organisation,
  term text COLLATE "C" NOT NULL,
  PRIMARY KEY (organisation_id, term)
);
CREATE INDEX search_term_trigrams ON search_term USING gin (organisation_id, term gin_trgm_ops);

-- Assets whose row above is older than what it was made of. Marked by triggers, so that no writer can forget it.
CREATE TABLE search_stale (
  organisation_id uuid NOT NULL,
  asset_id uuid NOT NULL,
  marked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organisation_id, asset_id),
  FOREIGN KEY (organisation_id, asset_id) REFERENCES asset ON DELETE CASCADE
);

DO $$
DECLARE target text;
BEGIN
  FOREACH target IN ARRAY ARRAY['search_document', 'search_segment', 'search_term', 'search_stale']
  LOOP
    CALL secure_tenant_table(target::regclass);
  END LOOP;
END $$;

-- Only assets that have been indexed before go stale; a new one is indexed by the last step of its pipeline.
CREATE FUNCTION mark_asset_stale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search_stale (organisation_id, asset_id)
  SELECT organisation_id, asset_id FROM search_document WHERE organisation_id = new.organisation_id AND asset_id = new.id
  ON CONFLICT (organisation_id, asset_id) DO UPDATE SET marked_at = excluded.marked_at;
  RETURN NULL;
END $$;
CREATE TRIGGER search_stale AFTER UPDATE OF name, folder, caption, place, camera, lens, metadata, colours ON asset
  FOR EACH ROW WHEN ((old.name, old.folder, old.caption, old.place, old.camera, old.lens, old.metadata, old.colours)
    IS DISTINCT FROM (new.name, new.folder, new.caption, new.place, new.camera, new.lens, new.metadata, new.colours))
  EXECUTE FUNCTION mark_asset_stale();

CREATE FUNCTION mark_trashed_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE search_document SET trashed = new.trashed_at IS NOT NULL WHERE organisation_id = new.organisation_id AND asset_id = new.id;
  RETURN NULL;
END $$;
CREATE TRIGGER search_trashed AFTER UPDATE OF trashed_at ON asset
  FOR EACH ROW WHEN ((old.trashed_at IS NULL) <> (new.trashed_at IS NULL)) EXECUTE FUNCTION mark_trashed_words();

-- For tables whose rows belong to an asset: once per statement, however many rows it changed.
CREATE FUNCTION mark_owners_stale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search_stale (organisation_id, asset_id)
  SELECT d.organisation_id, d.asset_id FROM (SELECT DISTINCT organisation_id, asset_id FROM changed) c
  JOIN search_document d ON d.organisation_id = c.organisation_id AND d.asset_id = c.asset_id
  ON CONFLICT (organisation_id, asset_id) DO UPDATE SET marked_at = excluded.marked_at;
  RETURN NULL;
END $$;
DO $$
DECLARE target text;
BEGIN
  FOREACH target IN ARRAY ARRAY['asset_origin', 'asset_tag', 'text_segment']
  LOOP
    EXECUTE format('CREATE TRIGGER search_stale_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_owners_stale()', target);
    EXECUTE format('CREATE TRIGGER search_stale_update AFTER UPDATE ON %I REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_owners_stale()', target);
    EXECUTE format('CREATE TRIGGER search_stale_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_owners_stale()', target);
  END LOOP;
END $$;

CREATE FUNCTION mark_tagged_stale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search_stale (organisation_id, asset_id)
  SELECT d.organisation_id, d.asset_id FROM asset_tag t JOIN search_document d ON d.organisation_id = t.organisation_id AND d.asset_id = t.asset_id
  WHERE t.organisation_id = new.organisation_id AND t.tag_id = new.id AND t.state <> 'rejected'
  ON CONFLICT (organisation_id, asset_id) DO UPDATE SET marked_at = excluded.marked_at;
  RETURN NULL;
END $$;
CREATE TRIGGER search_stale AFTER UPDATE OF name ON tag FOR EACH ROW WHEN (old.name IS DISTINCT FROM new.name)
  EXECUTE FUNCTION mark_tagged_stale();

-- ---- filters: each has an index that starts with the organisation, so that counting candidates up to a bound is always cheap ----

CREATE INDEX asset_filter_camera ON asset (organisation_id, camera) WHERE trashed_at IS NULL AND camera IS NOT NULL;
CREATE INDEX asset_filter_orientation ON asset (organisation_id, orientation) WHERE trashed_at IS NULL AND orientation IS NOT NULL;
CREATE INDEX asset_filter_rating ON asset (organisation_id, rating) WHERE trashed_at IS NULL AND rating IS NOT NULL;
CREATE INDEX asset_filter_place ON asset (organisation_id, latitude, longitude) WHERE trashed_at IS NULL AND latitude IS NOT NULL;

-- ---- vectors ----

-- As before, but for vectors of length one: then the inner product orders like the cosine at half the work. PLAIN keeps wide
-- vectors in their row instead of a side table. The graph is built with more care than pgvector's default: media cluster by subject, and a careless
-- one never finds its way into some clusters. The lock timeout keeps a long transaction on `embedding` from stalling everybody behind this.
CREATE OR REPLACE FUNCTION create_embedding_space(space_name text, space_dimensions integer) RETURNS smallint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '10s' AS $$
DECLARE space embedding_space; partition text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('create_embedding_space'));
  SELECT * INTO space FROM embedding_space WHERE name = space_name;
  IF FOUND THEN
    IF space.dimensions <> space_dimensions THEN
      RAISE EXCEPTION 'embedding space % has % dimensions, not %', space_name, space.dimensions, space_dimensions;
    END IF;
    RETURN space.id;
  END IF;
  INSERT INTO embedding_space (name, dimensions) VALUES (space_name, space_dimensions) RETURNING * INTO space;
  partition := 'embedding_' || space.id;
  EXECUTE format('CREATE TABLE %I PARTITION OF embedding (CHECK (vector_dims(vector) = %s)) FOR VALUES IN (%s)', partition, space_dimensions, space.id);
  EXECUTE format('ALTER TABLE %I ALTER COLUMN vector SET STORAGE PLAIN', partition);
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', partition);
  EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', partition);
  EXECUTE format('CREATE INDEX %I ON %I USING hnsw ((vector::halfvec(%s)) halfvec_ip_ops) WITH (m = 12, ef_construction = 256)',
    partition || '_nearest', partition, space_dimensions);
  RETURN space.id;
END $$;

-- Down Migration
-- Not undone: drop the database instead.
