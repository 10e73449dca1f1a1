"""A method as people read it: its contents, and a file for each form in which they are shown."""
