"""/api/v1: the records an institution's systems need, for programs that come with a token."""
