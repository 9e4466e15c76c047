-- Signs for the evaluator, by unit and day of the survey's time zone: the most answers within ten minutes
-- (busiest), the most links finished on one phone (phone). Numbers alone: no time of day, no device. Numbers
-- that are too small to be a sign are not written.
CREATE TABLE signal (
    survey BLOB NOT NULL,
    unit TEXT NOT NULL,
    day DATE NOT NULL,
    kind TEXT NOT NULL CHECK (kind = 'busiest' OR kind = 'phone'),
    count INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (survey, unit, day, kind)
) WITHOUT ROWID;

-- Units whose responses are not counted. The responses stay; a release names the unit and the reason.
CREATE TABLE void (
    survey BLOB NOT NULL,
    unit TEXT NOT NULL,
    name TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (survey, unit)
) WITHOUT ROWID;
