-- Up Migration
-- What each slice of the machine did, by the minute and by the hour: no organisation's, so without row-level security and for hf_system alone.
CREATE TABLE slice_minute (
  slice text NOT NULL,
  at timestamptz NOT NULL,
  cpu_percent real NOT NULL,
  peak_percent real NOT NULL,
  memory_bytes bigint,
  -- Share of the time in which some of it waited for a CPU; of an hour its worst minute's.
  pressure_percent real,
  seconds real NOT NULL CHECK (seconds > 0),
  PRIMARY KEY (slice, at)
);
CREATE INDEX slice_minute_by_time ON slice_minute (at);
CREATE TABLE slice_hour (LIKE slice_minute INCLUDING ALL);
GRANT SELECT, INSERT, UPDATE, DELETE ON slice_minute, slice_hour TO hf_system;

-- Down Migration
DROP TABLE slice_hour, slice_minute;
