"""How Banyan runs: one master that loads the project once and forks the web and the worker."""
