"""Everything that must survive a restart: the database, and the photo files beside it.

Queries are functions of (session, …) that flush and never commit: whoever opened the transaction with
`Database.begin()` commits by leaving it. They take and return plain values, and the time is always passed in.
"""
