"""The stages of a review: one file, one function, one test file each; their order stands in reviews/pipeline.py."""
