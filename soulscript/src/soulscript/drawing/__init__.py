"""A memory graph as a picture: the layout, and its SVG."""
