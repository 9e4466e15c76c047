-- Who is on the roster up to this place is there for everybody to see; whoever stands above it was written by
-- an import that is still running, or that died.
ALTER TABLE survey ADD COLUMN visible_place INTEGER NOT NULL DEFAULT 0;
-- The import that is writing now.
ALTER TABLE survey ADD COLUMN intake_run BYTEA;
UPDATE survey SET visible_place = coalesce((SELECT max(number) FROM roster_line WHERE roster_line.survey = survey.id), 0);

-- The last place of the roster when the sample was drawn: nobody behind it could be drawn.
ALTER TABLE draw ADD COLUMN last_place INTEGER NOT NULL DEFAULT 0;
UPDATE draw SET last_place = coalesce((SELECT visible_place FROM survey WHERE survey.id = draw.survey), 0);

-- A ref is looked for in all units: somebody may have moved.
DROP INDEX roster_line_reference;
CREATE UNIQUE INDEX roster_line_reference ON roster_line (survey, reference, unit) WHERE reference IS NOT NULL;
