-- The seal of a survey: who asked for it and who consented, and how far it is. Done are its stages in this order:
-- asked, consented, rewritten (nothing in the tables leads from an answer to a link), sealed (nor anything in
-- the files).
CREATE TABLE seal (
    survey BYTEA NOT NULL PRIMARY KEY,
    stage TEXT NOT NULL CHECK (stage = 'asked' OR stage = 'consented' OR stage = 'rewritten' OR stage = 'sealed'),
    asked_at TIMESTAMP NOT NULL,
    -- Nobody: the command line.
    asked_by BYTEA,
    consented_at TIMESTAMP,
    consented_by BYTEA,
    sealed_at TIMESTAMP,
    -- What the database did not let the program clean away.
    refused TEXT
);

-- Units of a sealed survey whose responses now count for a unit above or below them, being too few.
CREATE TABLE fold (
    survey BYTEA NOT NULL,
    unit TEXT NOT NULL,
    target TEXT NOT NULL,
    PRIMARY KEY (survey, unit)
);

-- Receipts of the answers of a sealed survey, in their own order, for everybody to see.
CREATE TABLE receipt (
    survey BYTEA NOT NULL,
    words TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (survey, words)
);

-- Responses on their way to new ids, within one transaction; empty before and after it.
CREATE TABLE rewriting (
    survey BYTEA NOT NULL,
    id BYTEA NOT NULL,
    unit TEXT NOT NULL,
    respondent TEXT NOT NULL,
    channel TEXT NOT NULL,
    answers TEXT NOT NULL,
    PRIMARY KEY (survey, id)
);

-- The planner's statistics keep values of columns, outside the tables and beyond their rows: none of these. A column
-- that is given its type anew forgets those that were kept.
ALTER TABLE survey ALTER COLUMN salt TYPE BYTEA, ALTER COLUMN salt SET STATISTICS 0;
ALTER TABLE roster_line ALTER COLUMN reference TYPE TEXT, ALTER COLUMN reference SET STATISTICS 0;
ALTER TABLE roster_line ALTER COLUMN name TYPE TEXT, ALTER COLUMN name SET STATISTICS 0;
ALTER TABLE roster_line ALTER COLUMN phone TYPE TEXT, ALTER COLUMN phone SET STATISTICS 0;
ALTER TABLE roster_line ALTER COLUMN email TYPE TEXT, ALTER COLUMN email SET STATISTICS 0;
ALTER TABLE roster_entry ALTER COLUMN reference TYPE TEXT, ALTER COLUMN reference SET STATISTICS 0;
ALTER TABLE roster_entry ALTER COLUMN name TYPE TEXT, ALTER COLUMN name SET STATISTICS 0;
ALTER TABLE roster_entry ALTER COLUMN phone TYPE TEXT, ALTER COLUMN phone SET STATISTICS 0;
ALTER TABLE roster_entry ALTER COLUMN email TYPE TEXT, ALTER COLUMN email SET STATISTICS 0;
ALTER TABLE link ALTER COLUMN hash TYPE BYTEA, ALTER COLUMN hash SET STATISTICS 0;
ALTER TABLE replaced_link ALTER COLUMN hash TYPE BYTEA, ALTER COLUMN hash SET STATISTICS 0;
ALTER TABLE paper_entry ALTER COLUMN link TYPE BYTEA, ALTER COLUMN link SET STATISTICS 0;
ALTER TABLE paper_entry ALTER COLUMN answers TYPE TEXT, ALTER COLUMN answers SET STATISTICS 0;
ALTER TABLE response ALTER COLUMN id TYPE BYTEA, ALTER COLUMN id SET STATISTICS 0;
ALTER TABLE response ALTER COLUMN answers TYPE TEXT, ALTER COLUMN answers SET STATISTICS 0;
