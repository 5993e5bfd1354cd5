"""The search for the smallest change under which a wrong equality is proved; it finds, and never judges."""
