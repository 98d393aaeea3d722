-- Up Migration
-- The state of the key provider as it was last written into the audit: one row, so that of all processes that see a change one writes it.
CREATE TABLE key_provider_state (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  state text NOT NULL CHECK (state IN ('SEALED', 'UNSEALING', 'READY', 'DEGRADED')),
  since timestamptz NOT NULL
);
INSERT INTO key_provider_state (state, since) VALUES ('SEALED', '-infinity');
GRANT SELECT, UPDATE ON key_provider_state TO hf_system;

-- What was done to the keystore carries the keystore's own id of it: several processes bring the same, one row stays.
CREATE UNIQUE INDEX audit_event_keystore_act ON audit_event (request_id) WHERE target_kind = 'keystore';
CREATE INDEX audit_event_keys ON audit_event (id DESC) WHERE target_kind IN ('keystore', 'key-provider', 'provider-key');

-- Down Migration
DROP INDEX audit_event_keys, audit_event_keystore_act;
DROP TABLE key_provider_state;
