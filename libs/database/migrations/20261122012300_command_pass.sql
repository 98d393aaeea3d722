-- Up Migration
-- Passes of commands that speak to the api: whoever may open the database's socket is the administrator on site, and shows that by the row. Minutes old.
CREATE TABLE command_pass (
  token_hash bytea PRIMARY KEY,
  organisation uuid NOT NULL REFERENCES organisation,
  command text NOT NULL,
  label text NOT NULL,
  permissions text[] NOT NULL,
  expires_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, DELETE ON command_pass TO hf_system;

-- Down Migration
DROP TABLE command_pass;
