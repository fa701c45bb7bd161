"""A course's folder, its gradebook's file, and nbgrader's own code where it has to be put right."""
