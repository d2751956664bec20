"""The monitor over HTTP, on loopback: /metrics, /healthz, /readyz and a page that leads to them."""
