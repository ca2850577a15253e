"""Evidence for people: packs of what was received, the check of a pack, and what a page says of a post."""
