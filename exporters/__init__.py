"""TELL: metrics, HTTP, texts in Kazakh, Russian and English."""
