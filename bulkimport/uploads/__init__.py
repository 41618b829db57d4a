"""Getting shards accepted and settled: how many at once, when again, and what became of them."""
