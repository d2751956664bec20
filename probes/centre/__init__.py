"""Ways to ask the gateways of a centre."""
