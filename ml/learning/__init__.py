"""Learning from a chat's own photos: features, heads, fine-tuning, and the fair test of what came of it."""
