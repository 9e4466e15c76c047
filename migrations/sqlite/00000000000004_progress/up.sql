-- The last days of all units at once: progress is read again and again while somebody watches it.
CREATE INDEX progress_day ON progress (survey, day);
-- Those out of the base are few among many, and progress counts them.
CREATE INDEX roster_line_ineligible ON roster_line (survey, unit) WHERE disposition = 'ineligible';
