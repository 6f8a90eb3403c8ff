"""Segmentation, normalisation and vocabulary."""
