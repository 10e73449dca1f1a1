"""Papers in the layout of GB/T 9704-2012: what they are made of, their styles, and how they are written as .docx."""
