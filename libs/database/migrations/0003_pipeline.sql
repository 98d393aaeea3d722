-- Up Migration
-- What the pipeline remembers beside the outcome of a step.
ALTER TABLE ledger_step
  -- which of the step's jobs comes next: most steps have one
  ADD COLUMN stage smallint NOT NULL DEFAULT 0,
  -- how often the step was done or skipped; input_version of what is made from it names this number
  ADD COLUMN runs integer NOT NULL DEFAULT 0,
  -- small facts for the planning of other steps, such as whether there is sound
  ADD COLUMN findings jsonb NOT NULL DEFAULT '{}';

-- Finding what an older version made. Partial, because only settled steps are made again.
CREATE INDEX ledger_step_version ON ledger_step (organisation_id, step, step_version, asset_id) WHERE state IN ('done', 'skipped', 'failed');

-- Perceptual hashes of pictures in four bands of 16 bits: two hashes that differ in at most 7 bits differ in at most one bit of some band
-- (multi-index hashing, Norouzi et al. 2012), so near-duplicates are found by a few exact look-ups instead of comparing with every asset.
-- Plain integers, because row-level security keeps operators that may leak values away from indexes.
CREATE TABLE picture_band (
  organisation_id uuid NOT NULL,
  asset_id uuid NOT NULL,
  band smallint NOT NULL,
  value integer NOT NULL,
  hash bit(64) NOT NULL,
  PRIMARY KEY (organisation_id, asset_id, band),
  FOREIGN KEY (organisation_id, asset_id) REFERENCES asset ON DELETE CASCADE
);
CREATE INDEX picture_band_value ON picture_band (organisation_id, band, value) INCLUDE (asset_id, hash);
CALL secure_tenant_table('picture_band');

CREATE INDEX near_duplicate_other ON near_duplicate (organisation_id, other_id);

-- Down Migration
DROP INDEX near_duplicate_other;
DROP TABLE picture_band;
DROP INDEX ledger_step_version;
ALTER TABLE ledger_step DROP COLUMN stage, DROP COLUMN runs, DROP COLUMN findings;
