DROP TABLE scorecard_version;
DROP TABLE scorecard;
