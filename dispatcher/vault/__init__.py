"""Personal data at rest: sealed with a key that lies outside the data, found again by keyed hashes only.

``keys`` the key file · ``seal`` AES-GCM · ``hashes`` keyed hashes · ``vault`` the three together · ``intake`` and
``command`` what is sealed of a message and of a move · ``reveal`` what is opened of an order · ``raw`` whole records.
"""
