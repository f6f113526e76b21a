"""The verbs of the minsheng command, one file each."""
