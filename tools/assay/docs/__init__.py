"""The documentation that is made from the source: rule pages, schemas, tables. `python -m assay.docs`.

What is generated is committed; `--check` fails when it is stale, and so does a test.
"""
