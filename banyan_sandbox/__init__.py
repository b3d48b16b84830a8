"""A payment provider that moves no money: a process of its own, reached over HTTP only."""
