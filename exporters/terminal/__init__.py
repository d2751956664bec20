"""The present in a terminal: tables and a live board by rich, plain lines where there is no terminal."""
