"""The demonstration: the real program against sample feeds served on this machine. `quote-monitor demo`."""
