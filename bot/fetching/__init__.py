"""Getting a source from the web: bounded, polite, and from public addresses only unless asked otherwise."""
