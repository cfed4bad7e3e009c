// Nothing to call: see FoundationStandIns.c.
