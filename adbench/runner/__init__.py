"""Workers: one process a backend, so that no library sees another and none can take the run down with it."""
