"""What the operations are tried with, as tables: a file for each family of resources, all in the form of flow.py."""
