"""Commands that stand in modules of their own, and the options that several share."""
