"""Finding things by what they say: every domain's searchables, ranked and scoped to the caller."""
