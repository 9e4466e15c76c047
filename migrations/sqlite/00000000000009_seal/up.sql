-- The seal of a survey: who asked for it and who consented, and how far it is. Done are its stages in this order:
-- asked, consented, rewritten (nothing in the tables leads from an answer to a link), sealed (nor anything in
-- the files).
CREATE TABLE seal (
    survey BLOB NOT NULL PRIMARY KEY,
    stage TEXT NOT NULL CHECK (stage = 'asked' OR stage = 'consented' OR stage = 'rewritten' OR stage = 'sealed'),
    asked_at TIMESTAMP NOT NULL,
    -- Nobody: the command line.
    asked_by BLOB,
    consented_at TIMESTAMP,
    consented_by BLOB,
    sealed_at TIMESTAMP,
    -- What the database did not let the program clean away.
    refused TEXT
) WITHOUT ROWID;

-- Units of a sealed survey whose responses now count for a unit above or below them, being too few.
CREATE TABLE fold (
    survey BLOB NOT NULL,
    unit TEXT NOT NULL,
    target TEXT NOT NULL,
    PRIMARY KEY (survey, unit)
) WITHOUT ROWID;

-- Receipts of the answers of a sealed survey, in their own order, for everybody to see.
CREATE TABLE receipt (
    survey BLOB NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (survey, words)
) WITHOUT ROWID;

-- Responses on their way to new ids, within one transaction; empty before and after it.
CREATE TABLE rewriting (
    survey BLOB NOT NULL,
    id BLOB NOT NULL,
    unit TEXT NOT NULL,
    respondent TEXT NOT NULL,
    channel TEXT NOT NULL,
    answers TEXT NOT NULL,
    PRIMARY KEY (survey, id)
) WITHOUT ROWID;
