"""Evidence records in, pages out.  Nothing in this package decides anything: it prints what the records say."""
