-- From version 4 to 5. The runs that took others back are found without reading all runs.
CREATE INDEX runs_undid ON runs (run) WHERE undid IS NOT NULL;
