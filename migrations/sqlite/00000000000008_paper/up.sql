-- A paper form that one clerk has keyed and a second has not: erased in the commit that records it, and with
-- whatever ends its link. No time; the key is a hash, so the key's order is none of keying.
CREATE TABLE paper_entry (
    survey BLOB NOT NULL,
    -- The hash of the form's code: the second clerk finds the first entry by it.
    link BLOB NOT NULL,
    -- Who keyed it, because the second has to be somebody else.
    staff BLOB NOT NULL,
    respondent TEXT NOT NULL CHECK (respondent = 'self' OR respondent = 'helped_by_family' OR respondent = 'helped_by_staff' OR respondent = 'guardian'),
    answers TEXT NOT NULL,
    PRIMARY KEY (survey, link)
) WITHOUT ROWID;

-- How many forms a clerk has keyed on a day of the survey's time zone: moved to the audit log when the day
-- is over or the survey closes.
CREATE TABLE paper_day (
    staff BLOB NOT NULL,
    survey BLOB NOT NULL,
    day DATE NOT NULL,
    first_entries BIGINT NOT NULL,
    second_entries BIGINT NOT NULL,
    -- Fields in which a second entry by this clerk was not as the first.
    differences BIGINT NOT NULL,
    -- Forms that say: I do not take part.
    refusals BIGINT NOT NULL,
    PRIMARY KEY (staff, survey, day)
) WITHOUT ROWID;
