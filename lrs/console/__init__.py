"""Server-rendered pages for learners, teachers, analysts and administrators."""
