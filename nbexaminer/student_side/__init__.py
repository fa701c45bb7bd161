"""What answers the judge in a submission's kernel, where it is called `examined`."""
