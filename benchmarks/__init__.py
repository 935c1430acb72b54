"""How fast the site is beside hand-written SQL and another product. See README.md; not served."""
