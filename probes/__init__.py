"""LOOK: how does one thing answer, right now.

A probe makes one attempt inside one deadline and returns an Observation. It never retries, never
judges, never stores, never writes a metric, and never raises for the network's trouble.
"""
