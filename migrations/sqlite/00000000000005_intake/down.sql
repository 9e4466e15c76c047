DROP INDEX roster_line_reference;
CREATE UNIQUE INDEX roster_line_reference ON roster_line (survey, unit, reference) WHERE reference IS NOT NULL;
DELETE FROM roster_line WHERE number > (SELECT visible_place FROM survey WHERE survey.id = roster_line.survey);
ALTER TABLE draw DROP COLUMN last_place;
ALTER TABLE survey DROP COLUMN intake_run;
ALTER TABLE survey DROP COLUMN visible_place;
