"""The store without a database: the same answers, in this process and for as long as it runs."""

from monitor.store.memory.store import MemoryStore

__all__ = ["MemoryStore"]
