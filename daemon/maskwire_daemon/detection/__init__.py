"""Detection as the daemon runs it: the worker process, its questions, own words and known secrets."""
