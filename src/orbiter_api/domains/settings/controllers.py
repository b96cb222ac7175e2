"""`/settings`: the sections that belong to no other domain."""
