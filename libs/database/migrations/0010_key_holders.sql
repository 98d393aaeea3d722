-- Up Migration
-- Data keys are wrapped anew key by key, in the order of their objects.
DROP INDEX stored_object_key;
CREATE INDEX stored_object_key ON stored_object (organisation_id, key_id, key_version, id) WHERE key_id IS NOT NULL;
CREATE INDEX upload_key ON upload (organisation_id, key_id, key_version, id) WHERE key_id IS NOT NULL;

-- Down Migration
DROP INDEX upload_key;
DROP INDEX stored_object_key;
CREATE INDEX stored_object_key ON stored_object (organisation_id, key_id, key_version);
