-- Up Migration
-- What came into each queue, minute by minute: what scaling strategies learn from and are compared on. No organisation, no asset: sums only.
CREATE TABLE queue_load (
  queue text NOT NULL,
  -- in which the jobs were asked for, whenever they ran
  minute timestamptz NOT NULL,
  jobs integer NOT NULL,
  -- seconds that they ran, of all attempts together
  busy_seconds double precision NOT NULL,
  PRIMARY KEY (queue, minute)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON queue_load TO hf_system;
CREATE INDEX queue_load_minute ON queue_load (minute);

-- Down Migration
DROP TABLE queue_load;
