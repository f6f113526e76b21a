"""Who may come in: passwords, sessions, tokens, the limit on logins, and the first account."""
