"""Values and decisions. Nothing in here waits, reads or writes; everything else knows it, it knows nobody."""
