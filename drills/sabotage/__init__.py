"""Ways to break a server on purpose, so that a drill's control can fail. Nothing in `lms/` knows of them.

This folder is put on the interpreter's path of the server under test; its `sitecustomize` imports the modules that
`LMS_DRILL_SABOTAGE` names. They replace parts of the product in that process only.
"""
