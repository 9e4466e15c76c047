DROP TABLE void;
DROP TABLE signal;
