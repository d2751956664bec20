"""Why a picture does not arrive, as values: the chain link by link, and everything around it."""
