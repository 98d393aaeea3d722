-- Up Migration
-- Files that no row points at any more, noted in the transaction that made them so, and unlinked once they are due: whoever had just looked up where
-- an object lies can still read it.
CREATE TABLE file_disposal (
  organisation_id uuid NOT NULL REFERENCES organisation,
  -- of the file: an object's id, or the SHA-256 of one that was never sealed
  name text NOT NULL,
  tier text NOT NULL,
  file_bytes bigint NOT NULL,
  reason text NOT NULL CHECK (reason IN ('orphan', 'replaced', 'retention', 'trash', 'erased')),
  noted_at timestamptz NOT NULL DEFAULT now(),
  due_at timestamptz NOT NULL,
  PRIMARY KEY (organisation_id, name, tier)
);
CREATE INDEX file_disposal_due ON file_disposal (due_at);
CALL secure_tenant_table('file_disposal');
CREATE POLICY system ON file_disposal TO hf_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON file_disposal TO hf_system;

-- Bytes of uploads lay in the clear before.
UPDATE upload SET state = 'failed', error = 'The appliance was upgraded meanwhile.' WHERE state = 'receiving';

-- Down Migration
DROP TABLE file_disposal;
