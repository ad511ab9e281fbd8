"""The programmes that are part of the product, and how their files are loaded and checked."""
