DROP INDEX roster_line_ineligible;
DROP INDEX progress_day;
