"""Text of users -> claims.  Everything here fails closed: what cannot be read for certain is `Unreadable`, with the place."""
