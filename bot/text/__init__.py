"""One small tree of blocks and inlines, what is parsed into it and what is rendered from it."""
