"""Glimpse: a photo in, a sentence out. The package that runs in AWS Lambda, behind Flask and on the command line."""

__version__ = "0.2.0"
