"""A day of the hotline over HTTP: who acts, what happens to 200 orders, and what the event log says of it.

``people`` who acts · ``city`` the catalogue · ``steps`` what a script is made of · ``scripts`` the scripts of live
orders, ``linked`` of those that hang together, ``recorded`` orders with a past elsewhere · ``play`` carries them out ·
``lives`` the orders as the log tells them · ``table`` which moves were made from which states · ``oracle`` the figures.
Imports nothing of the program.
"""
