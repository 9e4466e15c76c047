DROP TABLE draw;
DROP TABLE roster_line;
ALTER TABLE survey DROP COLUMN opens_at;
ALTER TABLE survey DROP COLUMN closes_at;
