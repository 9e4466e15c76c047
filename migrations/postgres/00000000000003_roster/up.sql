-- When a survey opens and closes by itself, UTC.
ALTER TABLE survey ADD COLUMN opens_at TIMESTAMP;
ALTER TABLE survey ADD COLUMN closes_at TIMESTAMP;

-- Everybody who could be asked: the roster as it was imported, before a link is issued or a sample drawn.
-- Contact data; no word about an answer. The names and phones go after the survey's days of retention.
CREATE TABLE roster_line (
    survey BYTEA NOT NULL,
    number INTEGER NOT NULL,
    unit TEXT NOT NULL,
    reference TEXT,
    name TEXT,
    phone TEXT,
    -- Why somebody is out of the base, or could not be reached: see domain/roster.rs.
    disposition TEXT CHECK (disposition = 'ineligible' OR disposition = 'non_contact'),
    -- The serial of this person's link, once there is one.
    serial INTEGER,
    PRIMARY KEY (survey, number)
);
CREATE UNIQUE INDEX roster_line_reference ON roster_line (survey, unit, reference) WHERE reference IS NOT NULL;
CREATE INDEX roster_line_unit ON roster_line (survey, unit, number);

-- How the sample of a survey was drawn, so that it can be drawn again: the seed and, by unit at the
-- sampling level, how many were on the roster and how many were drawn (JSON).
CREATE TABLE draw (
    survey BYTEA NOT NULL PRIMARY KEY,
    seed TEXT NOT NULL,
    method TEXT NOT NULL,
    strata TEXT NOT NULL
);
