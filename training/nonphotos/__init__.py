"""Drawn images that are no photos: what the photo classifier must tell from photos."""
