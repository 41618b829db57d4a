"""The durable account of a run: what was meant, sent, received and settled, a row a shard."""
