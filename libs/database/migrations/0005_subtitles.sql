-- Up Migration
-- Subtitles that a recording carries are text with times, as speech is; words: [{text, confidence: null, start, end}] with the times of their line.
ALTER TABLE text_segment DROP CONSTRAINT text_segment_source_check,
  ADD CONSTRAINT text_segment_source_check CHECK (source IN ('ocr', 'speech', 'subtitle', 'document'));

-- Down Migration
DELETE FROM text_segment WHERE source = 'subtitle';
ALTER TABLE text_segment DROP CONSTRAINT text_segment_source_check,
  ADD CONSTRAINT text_segment_source_check CHECK (source IN ('ocr', 'speech', 'document'));
